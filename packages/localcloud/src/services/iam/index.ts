import type { RoleRegistry } from '../../auth/role-registry.ts';
import { accountId, type Kernel, type ResourceProvider, type TemplateResource } from '../../kernel/types.ts';
import { awsManagedPolicy, isAwsManaged } from './aws-managed-policies.ts';

/** Turns the template's roles and policies into what `kernel.authorize` holds calls to. */
export function createIam(kernel: Kernel, roles: RoleRegistry): { providers: ResourceProvider[] } {
  const ownManagedPolicies = new Map<string, unknown>();
  return {
    providers: [
      roleProvider(kernel, roles, ownManagedPolicies),
      inlinePolicyProvider(roles),
      rolePolicyProvider(roles),
      managedPolicyProvider(kernel, roles, ownManagedPolicies),
    ],
  };
}

function roleProvider(kernel: Kernel, roles: RoleRegistry, managed: ReadonlyMap<string, unknown>): ResourceProvider {
  return {
    type: 'AWS::IAM::Role',
    understood: ['RoleName', 'Path', 'AssumeRolePolicyDocument', 'Policies', 'ManagedPolicyArns'],
    harmless: {
      Description: 'for people',
      Tags: 'no policy here may ask for a principal tag: the start refuses such a condition',
      MaxSessionDuration: 'sessions do not expire while the process runs',
    },
    async provision(resource) {
      const { RoleName, Path = '/', AssumeRolePolicyDocument, Policies, ManagedPolicyArns } = resource.properties;
      const name = nameOf(RoleName, resource, kernel);
      const arn = `arn:aws:iam::${accountId}:role${String(Path)}${name}`;
      roles.define(name, arn, AssumeRolePolicyDocument);
      for (const policy of listOf(Policies)) {
        const { PolicyName, PolicyDocument } = Object(policy) as Record<string, unknown>;
        roles.attach(name, String(PolicyName), PolicyDocument);
      }
      for (const policyArn of listOf(ManagedPolicyArns).map(String)) {
        roles.attach(name, policyArn, isAwsManaged(policyArn) ? awsManagedPolicy(policyArn) : managed.get(policyArn));
      }
      return {
        ref: name,
        attributes: { Arn: arn, RoleId: `AROA${kernel.physicalName('', name).slice(-12).toUpperCase()}` },
      };
    },
  };
}

function inlinePolicyProvider(roles: RoleRegistry): ResourceProvider {
  return {
    type: 'AWS::IAM::Policy',
    understood: ['PolicyName', 'PolicyDocument', 'Roles'],
    harmless: {},
    async provision({ logicalId, properties }) {
      const name = String(properties.PolicyName);
      for (const role of listOf(properties.Roles)) roles.attach(String(role), name, properties.PolicyDocument);
      return { ref: name, attributes: { Id: logicalId } };
    },
  };
}

function rolePolicyProvider(roles: RoleRegistry): ResourceProvider {
  return {
    type: 'AWS::IAM::RolePolicy',
    understood: ['PolicyName', 'PolicyDocument', 'RoleName'],
    harmless: {},
    async provision({ properties }) {
      const name = String(properties.PolicyName);
      roles.attach(String(properties.RoleName), name, properties.PolicyDocument);
      return { ref: name, attributes: {} };
    },
  };
}

function managedPolicyProvider(kernel: Kernel, roles: RoleRegistry, managed: Map<string, unknown>): ResourceProvider {
  return {
    type: 'AWS::IAM::ManagedPolicy',
    understood: ['ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'],
    harmless: { Description: 'for people' },
    async provision(resource) {
      const { ManagedPolicyName, Path = '/', PolicyDocument, Roles } = resource.properties;
      const arn = `arn:aws:iam::${accountId}:policy${String(Path)}${nameOf(ManagedPolicyName, resource, kernel)}`;
      managed.set(arn, PolicyDocument);
      for (const role of listOf(Roles)) roles.attach(String(role), arn, PolicyDocument);
      return { ref: arn, attributes: { PolicyArn: arn } };
    },
  };
}

function nameOf(given: unknown, { stackName, logicalId }: TemplateResource, kernel: Kernel): string {
  return given === undefined ? kernel.physicalName(stackName, logicalId) : String(given);
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
