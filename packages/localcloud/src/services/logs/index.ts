import { join } from 'node:path';
import { accountId, type Kernel, type Principal, type ResourceProvider, region } from '../../kernel/types.ts';
import { LogFile } from './log-file.ts';

export interface Logs {
  providers: ResourceProvider[];
  /** Appends whole lines to a log group's file; writes are in order, and are not waited for. */
  appendLog(logGroupName: string, text: string): void;
  /**
   * What an AWS service does to deliver lines to a log group of which it knows the ARN.
   * Errors: AccessDeniedException when no resource policy of the template lets the service write.
   */
  deliverLog(logGroupArn: string, text: string, principal: Principal): void;
  /** Writes what is pending and closes the files. */
  close(): Promise<void>;
}

/** Log groups as plain files: `DATA/logs/GROUP.log`, slashes of the group's name as dots. */
export function createLogs(kernel: Kernel): Logs {
  const directory = join(kernel.dataDirectory, 'logs');
  const files = new Map<string, LogFile>();
  const policies = new Map<string, Record<string, unknown>>();

  function appendLog(logGroupName: string, text: string): void {
    const file = files.get(logGroupName) ?? new LogFile(directory, fileNameOf(logGroupName));
    files.set(logGroupName, file);
    const use = { service: 'logs', operation: 'PutLogEvents', resource: logGroupName, caller: 'delivery' };
    kernel.usage.count(use, { bytesIn: Buffer.byteLength(text) });
    file.append(text);
  }

  return {
    providers: [logGroupProvider(kernel), resourcePolicyProvider(policies)],
    appendLog,
    deliverLog(logGroupArn, text, principal) {
      const name = logGroupName(logGroupArn);
      const resourceArn = `${arnOf(name)}:log-stream:delivery`;
      const statements = [...policies.values()].flatMap((policy) => policy.Statement ?? []);
      const resourcePolicy = { Statement: statements };
      kernel.authorize({ principal, action: 'logs:PutLogEvents', resourceArn, resourcePolicy });
      appendLog(name, text);
    },
    async close() {
      await Promise.all([...files.values()].map((file) => file.close()));
    },
  };
}

function logGroupProvider(kernel: Kernel): ResourceProvider {
  return {
    type: 'AWS::Logs::LogGroup',
    understood: ['LogGroupName'],
    harmless: {
      RetentionInDays: 'log files are kept until the data directory is cleared',
      KmsKeyId: 'the files lie on the operator’s own disk',
      LogGroupClass: 'a matter of price',
      Tags: 'for people',
    },
    async provision({ stackName, logicalId, properties }) {
      const name = String(properties.LogGroupName ?? kernel.physicalName(stackName, logicalId));
      return { ref: name, attributes: { Arn: `${arnOf(name)}:*` } };
    },
  };
}

function resourcePolicyProvider(policies: Map<string, Record<string, unknown>>): ResourceProvider {
  return {
    type: 'AWS::Logs::ResourcePolicy',
    understood: ['PolicyName', 'PolicyDocument'],
    harmless: {},
    async provision({ properties }) {
      const name = String(properties.PolicyName);
      policies.set(name, JSON.parse(String(properties.PolicyDocument)) as Record<string, unknown>);
      return { ref: name, attributes: {} };
    },
  };
}

function arnOf(logGroupName: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}`;
}

/** The group's name in its ARN, which may end in `:*`. */
function logGroupName(logGroupArn: string): string {
  return logGroupArn.split(':')[6] ?? '';
}

function fileNameOf(logGroupName: string): string {
  return `${logGroupName.replace(/^\//, '').replace(/[^\w-]+/g, '.')}.log`;
}
