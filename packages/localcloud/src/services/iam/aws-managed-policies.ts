const logActions = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'];

/** The AWS managed policies that Lambda roles usually hold, by the end of their ARN, with the actions they allow on `*`. */
const managedActions: Readonly<Record<string, readonly string[]>> = {
  'service-role/AWSLambdaBasicExecutionRole': logActions,
  'service-role/AWSLambdaSQSQueueExecutionRole': [
    'sqs:ReceiveMessage',
    'sqs:DeleteMessage',
    'sqs:GetQueueAttributes',
    ...logActions,
  ],
  'service-role/AWSLambdaDynamoDBExecutionRole': [
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    ...logActions,
  ],
  AWSXRayDaemonWriteAccess: [
    'xray:PutTraceSegments',
    'xray:PutTelemetryRecords',
    'xray:GetSamplingRules',
    'xray:GetSamplingTargets',
    'xray:GetSamplingStatisticSummaries',
  ],
};

const arnPrefix = 'arn:aws:iam::aws:policy/';

export function isAwsManaged(policyArn: string): boolean {
  return policyArn.startsWith(arnPrefix);
}

/** Errors: a managed policy that localcloud does not know. */
export function awsManagedPolicy(policyArn: string): unknown {
  const actions = managedActions[policyArn.slice(arnPrefix.length)];
  if (!actions) throw new Error(`The managed policy ${policyArn} is not known.`);
  return { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] };
}
