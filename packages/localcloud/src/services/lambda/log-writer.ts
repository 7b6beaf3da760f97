import { AwsError, accountId, type Kernel, region } from '../../kernel/types.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { assumeRole } from './role-principal.ts';

/**
 * Writes functions' logs as their roles: a role that may not write its log group loses its lines, as on AWS, where
 * the function runs all the same. Said once per function in localcloud's own log.
 */
export function createLogWriter(
  kernel: Kernel,
  appendLog: (logGroupName: string, text: string) => void,
): (configuration: FunctionConfiguration, text: string) => void {
  const mayWrite = new Map<string, boolean>();
  return (configuration, text) => {
    const { name, logGroupName } = configuration;
    const isAllowed = mayWrite.get(name) ?? checkRole(kernel, configuration);
    mayWrite.set(name, isAllowed);
    if (isAllowed) appendLog(logGroupName, text);
  };
}

function checkRole(kernel: Kernel, { name, roleArn, logGroupName }: FunctionConfiguration): boolean {
  const principal = assumeRole(roleArn, name);
  const resourceArn = `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}:log-stream:${name}`;
  try {
    kernel.authorize({ principal, action: 'logs:CreateLogStream', resourceArn });
    kernel.authorize({ principal, action: 'logs:PutLogEvents', resourceArn });
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    kernel.log('warn', 'A function may not write its log', { function: name, reason: error.message });
    return false;
  }
}
