import type { Principal, Recording, ViewingCriteria, ViewingPolicy } from '@afterimage/contracts';
import { foldName } from '../directory/fold-name.ts';

export interface Viewer {
  userName: string;
  /** By name. */
  groups: readonly string[];
}

export type MayView = (recording: Pick<Recording, 'attributes'>) => boolean;

/**
 * Whose recordings a viewer may see while viewing policies are on. All policies count, and all rules that name the viewer
 * add up (VIEW-013). Within a rule one item of one list is enough (VIEW-009); without lists it shows nothing (VIEW-010).
 * Before the first policy is made everybody sees everything; from then on, whom no rule names sees nothing (A4).
 */
export function compileViewing(policies: readonly Pick<ViewingPolicy, 'rules'>[], viewer: Viewer): MayView {
  if (policies.length === 0) return () => true;
  const visible = new Set<string>();
  for (const { rules } of policies) {
    for (const { viewer: named, criteria } of rules) {
      if (isViewer(named, viewer)) for (const key of listKeys(criteria)) visible.add(key);
    }
  }
  return ({ attributes }) => attributeKeys(attributes).some((key) => visible.has(key));
}

function isViewer({ kind, name }: Principal, { userName, groups }: Viewer): boolean {
  const folded = foldName(name);
  return kind === 'user' ? foldName(userName) === folded : groups.some((group) => foldName(group) === folded);
}

function listKeys({ principals = [], applications = [], machines = [] }: ViewingCriteria): string[] {
  return [
    ...[...principals, ...machines].map(({ kind, name }) => keyOf(kind, name)),
    ...applications.map((name) => keyOf('application', name)),
  ];
}

/** Groups that only a host asserts show its recordings to nobody. */
function attributeKeys({ user, host, application, groups, machineGroups }: Recording['attributes']): string[] {
  const vouched = ({ assertedBy }: { assertedBy: string }) => assertedBy !== 'agent';
  return [
    keyOf('user', user.value),
    keyOf('machine', host.value),
    ...(application === undefined ? [] : [keyOf('application', application.value)]),
    ...groups.filter(vouched).map(({ value }) => keyOf('group', value)),
    ...machineGroups.filter(vouched).map(({ value }) => keyOf('machine-group', value)),
  ];
}

const keyOf = (kind: string, name: string) => `${kind}:${foldName(name)}`;
