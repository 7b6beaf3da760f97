import { accountId, type Principal } from '../../kernel/types.ts';

/** The principal that an AWS service acts as when it assumes a role of the template. */
export function assumeRole(roleArn: string, sessionName: string): Principal {
  const roleName = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  return {
    kind: 'role',
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${sessionName}`,
    accessKeyId: '',
    roleName,
    sessionName,
  };
}
