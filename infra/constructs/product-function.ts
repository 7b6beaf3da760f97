import type { FunctionName, FunctionVariables } from '@afterimage/contracts';
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Effect, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { bundleFunction } from './function-bundle.ts';

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
      handler: 'index.handler',
      code: bundleFunction(props.name),
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { ...props.environment, NODE_OPTIONS: '--enable-source-maps' },
      timeout: props.timeout ?? Duration.seconds(15),
      memorySize: props.memorySizeMb ?? 512,
    });
    this.function.node.addDependency(policy);
    this.#alarm();
    for (const { wildcard } of props.grants) {
      if (wildcard !== undefined) acknowledge(policy, { [`AwsSolutions-IAM5[${wildcard.finding}]`]: wildcard.reason });
    }
    acknowledge(this.function, {
      'AwsSolutions-L1': 'nodejs24.x is the newest Lambda runtime that this product is tested on.',
    });
  }

  #alarm(): void {
    this.function.metricErrors({ period: Duration.minutes(5) }).createAlarm(this, 'Errors', {
      alarmDescription: 'The function failed. Its log group says why; docs/runbooks/alarms.md says what to do.',
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}
