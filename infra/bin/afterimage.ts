import { readFileSync } from 'node:fs';
import { createAfterimageApp } from '../afterimage-app.ts';
import { deploymentSchema } from '../config/deployment.ts';

// One checkout can deploy several times, each with a file of its own.
const file = process.env.AFTERIMAGE_DEPLOYMENT ?? new URL('../config/deployment.json', import.meta.url);
const deployment = deploymentSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
// The CDK CLI says where it wants the assembly; without the CLI it goes where the CLI would put it.
createAfterimageApp(deployment, process.env.CDK_OUTDIR ?? 'cdk.out').synth();
