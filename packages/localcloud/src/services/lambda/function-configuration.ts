import { AwsError, accountId, notImplemented, region, type TemplateResource } from '../../kernel/types.ts';

/** One function as the template describes it. */
export interface FunctionConfiguration {
  name: string;
  arn: string;
  roleArn: string;
  /** `FILE.EXPORT`. */
  handler: string;
  runtime: string;
  /** The unzipped deployment package. */
  taskRoot: string;
  environment: Record<string, string>;
  timeoutMs: number;
  memoryMb: number;
  /** Invocations at one time; undefined: no limit of its own. */
  reservedConcurrency: number | undefined;
  logGroupName: string;
  logFormat: 'Text' | 'JSON';
  /** Lambda's own lines below it are not written. */
  systemLogLevel: SystemLogLevel;
}

const systemLogLevels = ['DEBUG', 'INFO', 'WARN'] as const;
export type SystemLogLevel = (typeof systemLogLevels)[number];

/** All names and values together, bytes. */
const environmentLimitBytes = 4096;

/** Set by Lambda itself; a template may not set them. */
const reservedVariables =
  /^(?:_HANDLER|_X_AMZN_TRACE_ID|AWS_(?:DEFAULT_REGION|REGION|EXECUTION_ENV|LAMBDA_.+|ACCESS_KEY(?:_ID)?|SECRET_ACCESS_KEY|SESSION_TOKEN)|LAMBDA_(?:TASK_ROOT|RUNTIME_DIR)|TZ)$/;

const runtimes = new Set(['nodejs22.x', 'nodejs24.x']);

export function functionArn(name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}`;
}

/** Accepts a name, an ARN and either with `:$LATEST`; the answer is the bare name. */
export function functionNameOf(nameOrArn: string): string {
  const arn = /^(?:arn:aws:lambda:[^:]+:\d{12}:)?(?:\d{12}:)?(?:function:)?([\w-]+)(?::\$LATEST)?$/.exec(nameOrArn);
  if (arn?.[1] === undefined) throw notImplemented(`function versions and aliases (${nameOrArn})`);
  return arn[1];
}

export function readFunctionConfiguration(
  resource: TemplateResource,
  name: string,
  taskRoot: string,
): FunctionConfiguration {
  const { properties } = resource;
  const runtime = text(properties.Runtime) ?? '';
  if (!runtimes.has(runtime)) {
    throw notImplemented(`the runtime ${runtime} of ${resource.stackName}/${resource.logicalId}`);
  }
  const logging = record(properties.LoggingConfig);
  const logFormat = logging.LogFormat === 'JSON' ? 'JSON' : 'Text';
  return {
    name,
    arn: functionArn(name),
    roleArn: text(properties.Role) ?? '',
    handler: text(properties.Handler) ?? '',
    runtime,
    taskRoot,
    environment: readEnvironment(properties.Environment),
    timeoutMs: Number(properties.Timeout ?? 3) * 1000,
    memoryMb: Number(properties.MemorySize ?? 128),
    reservedConcurrency: optionalNumber(properties.ReservedConcurrentExecutions),
    logGroupName: text(logging.LogGroup) ?? `/aws/lambda/${name}`,
    logFormat,
    systemLogLevel: readSystemLogLevel(logging, logFormat),
  };
}

/** Errors: InvalidParameterValueException for a level without the JSON format, NotImplemented for one of the function. */
function readSystemLogLevel(
  { SystemLogLevel, ApplicationLogLevel }: Record<string, unknown>,
  logFormat: FunctionConfiguration['logFormat'],
): SystemLogLevel {
  if (ApplicationLogLevel !== undefined) throw notImplemented('ApplicationLogLevel');
  if (SystemLogLevel === undefined) return 'INFO';
  const level = systemLogLevels.find((known) => known === SystemLogLevel);
  if (level === undefined || logFormat !== 'JSON') {
    throw new AwsError('InvalidParameterValueException', 400, `SystemLogLevel ${SystemLogLevel} needs the JSON format`);
  }
  return level;
}

/** Errors: InvalidParameterValueException for what Lambda refuses: reserved names, and more than 4 KB in all. */
function readEnvironment(value: unknown): Record<string, string> {
  const variables = Object.entries(record(record(value).Variables)).map(([name, content]) => [name, String(content)]);
  const reserved = variables.filter(([name]) => reservedVariables.test(name ?? '')).map(([name]) => name);
  if (reserved.length > 0) {
    throw new AwsError(
      'InvalidParameterValueException',
      400,
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reserved.join(', ')}`,
    );
  }
  if (Buffer.byteLength(JSON.stringify(Object.fromEntries(variables))) > environmentLimitBytes) {
    throw new AwsError(
      'InvalidParameterValueException',
      400,
      'Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit.',
    );
  }
  return Object.fromEntries(variables) as Record<string, string>;
}

function optionalNumber(value: unknown): number | undefined {
  return value === undefined ? undefined : Number(value);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
