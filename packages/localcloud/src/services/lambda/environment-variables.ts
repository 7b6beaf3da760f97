import { randomUUID } from 'node:crypto';
import { region } from '../../kernel/types.ts';
import type { FunctionConfiguration } from './function-configuration.ts';

export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/**
 * The whole environment of an execution environment: Lambda's reserved variables and the function's own. Of this
 * machine's environment only the search path and the temporary directory come through; the two file settings keep the
 * SDK from reading the operator's own AWS profile.
 */
export function environmentVariables(
  configuration: FunctionConfiguration,
  credentials: SessionCredentials,
  endpoint: string,
): Record<string, string> {
  const date = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  return {
    ...pick(process.env, ['PATH', 'TMPDIR']),
    TZ: ':UTC',
    LANG: 'en_US.UTF-8',
    ...configuration.environment,
    AWS_CONFIG_FILE: `${configuration.taskRoot}/.aws/config`,
    AWS_SHARED_CREDENTIALS_FILE: `${configuration.taskRoot}/.aws/credentials`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroupName,
    AWS_LAMBDA_LOG_STREAM_NAME: `${date}/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    LAMBDA_TASK_ROOT: configuration.taskRoot,
    _HANDLER: configuration.handler,
  };
}

function pick(source: NodeJS.ProcessEnv, names: string[]): Record<string, string> {
  const found = names.map((name) => [name, source[name]] as const);
  return Object.fromEntries(found.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
