import { App, Tags, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { Deployment } from './config/deployment.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { ChannelStack } from './stacks/channel-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { IngestStack } from './stacks/ingest-stack.ts';
import { ObservabilityStack } from './stacks/observability-stack.ts';
import { WebStack } from './stacks/web-stack.ts';

/**
 * ```
 * data ◄── channel ◄── ingest ◄──┐
 *   ▲          ▲                 api ──► web ──► channel, data
 *   │          └─────────────────┘
 *   └── observability ──► ingest, web
 * ```
 * Stateful and stateless parts are stacks apart: all but `data` can be deleted and made again.
 */
export function createAfterimageApp(deployment: Deployment, outdir?: string): App {
  const app = new App({ analyticsReporting: false, ...(outdir === undefined ? {} : { outdir }) });
  const { name } = deployment;
  const data = new DataStack(app, `${name}-data`, { deployment });
  const channel = new ChannelStack(app, `${name}-channel`, { deployment, data });
  const ingest = new IngestStack(app, `${name}-ingest`, { deployment, data, channel });
  const web = new WebStack(app, `${name}-web`, { deployment, data, channel });
  new ApiStack(app, `${name}-api`, { deployment, data, channel, ingest, web });
  new ObservabilityStack(app, `${name}-observability`, { deployment, data, ingest, web });
  Tags.of(app).add('product', 'afterimage');
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  return app;
}
