import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Deployment } from './config/deployment.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { IngestStack } from './stacks/ingest-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { WebStack } from './stacks/web-stack.ts';

/**
 * ```
 * data ◄── ingest ◄──┐
 *   ▲                api ──► web ──► data
 *   └── observability ──► ingest, web
 * ```
 * Stateful and stateless parts are stacks apart: all but `data` can be deleted and made again.
 */
export function createAfterimageApp(deployment: Deployment, outdir?: string): App {
  const app = new App({ analyticsReporting: false, ...(outdir === undefined ? {} : { outdir }) });
  const { name } = deployment;
  const data = new DataStack(app, `${name}-data`, { deployment });
  const ingest = new IngestStack(app, `${name}-ingest`, { deployment, data });
  const web = new WebStack(app, `${name}-web`, { deployment, data });
  new ApiStack(app, `${name}-api`, { deployment, data, ingest, web });
  new ObservabilityStack(app, `${name}-observability`, { deployment, data, ingest, web });
  Tags.of(app).add('product', 'afterimage');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
