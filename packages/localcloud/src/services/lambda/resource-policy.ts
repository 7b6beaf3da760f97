import { accountId, notImplemented, type TemplateResource } from '../../kernel/types.ts';

/** One statement of a function's resource-based policy. */
export interface PolicyStatement {
  Sid: string;
  Effect: 'Allow';
  Principal: { Service: string } | { AWS: string };
  Action: string;
  Resource: string;
  Condition?: Record<string, Record<string, string>>;
}

/** What `AWS::Lambda::Permission` adds to the function's policy. */
export function readPermission(resource: TemplateResource, functionArn: string): PolicyStatement {
  const { Action, Principal, SourceArn, SourceAccount } = resource.properties;
  if (typeof Principal !== 'string' || typeof Action !== 'string') {
    throw notImplemented(`the permission ${resource.stackName}/${resource.logicalId}`);
  }
  const condition: Record<string, Record<string, string>> = {};
  if (typeof SourceArn === 'string') condition.ArnLike = { 'AWS:SourceArn': SourceArn };
  if (typeof SourceAccount === 'string') condition.StringEquals = { 'AWS:SourceAccount': SourceAccount };
  return {
    Sid: `${resource.stackName}-${resource.logicalId}`,
    Effect: 'Allow',
    Principal: Principal.endsWith('.amazonaws.com')
      ? { Service: Principal }
      : { AWS: /^\d{12}$/.test(Principal) ? `arn:aws:iam::${Principal}:root` : Principal },
    Action,
    Resource: functionArn,
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}

export interface ResourcePolicy {
  Version: '2012-10-17';
  Statement: readonly PolicyStatement[];
}

export function policyDocument(statements: readonly PolicyStatement[]): ResourcePolicy {
  return { Version: '2012-10-17', Statement: statements };
}

/** Condition keys of a call that an AWS service makes for one of its resources. */
export function sourceContext(sourceArn: string | undefined): Record<string, string> {
  return { 'aws:sourceaccount': accountId, ...(sourceArn !== undefined && { 'aws:sourcearn': sourceArn }) };
}
