import type { FunctionName, FunctionVariables } from '@afterimage/contracts';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { bundleFunction } from './function-bundle.ts';
import { raiseAlarm } from './operator-alarm.ts';

export interface Grant {
  actions: readonly string[];
  resources: readonly string[];
  /** The cdk-nag finding that a wildcard in `resources` raises, and why it is right. */
  wildcard?: { finding: string; reason: string };
}

export interface ProductFunctionProps<N extends FunctionName> {
  name: N;
  description: string;
  environment: FunctionVariables<N>;
  grants: readonly Grant[];
  logRetentionDays: RetentionDays;
  /** Who hears when it fails. */
  alarmTopic: ITopic;
  timeout?: Duration;
  memorySizeMb?: number;
}

/** A Lambda function of the product: its own role with exactly the grants listed, its own log group with retention. */
export class ProductFunction<N extends FunctionName> extends Construct {
  readonly function: LambdaFunction;

  constructor(scope: Construct, id: string, props: ProductFunctionProps<N>) {
    super(scope, id);
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${props.name} may do`,
    });
    const policy = new Policy(this, 'Policy', {
      statements: [
        ...props.grants,
        { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [logGroup.logGroupArn] },
      ].map(
        ({ actions, resources }) =>
          new PolicyStatement({ effect: Effect.ALLOW, actions: [...actions], resources: [...resources] }),
      ),
      roles: [role],
    });
    this.function = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: bundleFunction(props.name),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Two lines of Lambda's own for each invocation cost more than what the product says; failures are at WARN.
      systemLogLevelV2: SystemLogLevel.WARN,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      timeout: props.timeout ?? Duration.seconds(15),
      memorySize: props.memorySizeMb ?? 512,
    });
    this.function.node.addDependency(policy);
    this.#alarm(props.alarmTopic);
    for (const { wildcard } of props.grants) {
      if (wildcard !== undefined) acknowledge(policy, { [`AwsSolutions-IAM5[${wildcard.finding}]`]: wildcard.reason });
    }
    acknowledge(this.function, {
      'AwsSolutions-L1': 'nodejs24.x is the newest Lambda runtime that this product is tested on.',
    });
  }

  #alarm(topic: ITopic): void {
    raiseAlarm(this, 'Errors', {
      metric: this.function.metricErrors({ period: Duration.minutes(5) }),
      threshold: 1,
      description: 'The function failed. Its log group says why; docs/runbooks/alarms.md says what to do.',
      topic,
    });
  }
}
