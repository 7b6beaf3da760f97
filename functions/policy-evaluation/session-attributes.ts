import type { AgentId, Asserted, SessionAttributes } from '@afterimage/contracts';
import type { AgentStore, DirectoryStore } from '@afterimage/core';

export interface AttributeSources {
  agents: Pick<AgentStore, 'find'>;
  directory: Pick<DirectoryStore, 'findGroupsOf'>;
}

/** As the contract bounds the groups of one session. */
const maxGroups = 500;
const maxGroupCharacters = 16_384;

/** Whatever a host claims about its sources, it is the host that says so. Which machine groups it is in, others know. */
export function assertedByHost(attributes: SessionAttributes): SessionAttributes {
  const own = ({ value }: { value: string }) => ({ value, assertedBy: 'agent' as const });
  const { user, host, client, clientAddress, application, groups, accessTags, language } = attributes;
  return {
    user: own(user),
    host: own(host),
    ...(client === undefined ? {} : { client: own(client) }),
    ...(clientAddress === undefined ? {} : { clientAddress: own(clientAddress) }),
    ...(application === undefined ? {} : { application: own(application) }),
    ...(language === undefined ? {} : { language: own(language) }),
    groups: groups.map(own),
    machineGroups: [],
    accessTags: accessTags.map(own),
  };
}

/** With what the directory knows of the user and the enrolment of the host, before what the host says itself. */
export async function completeAttributes(
  { agents, directory }: AttributeSources,
  agentId: AgentId,
  attributes: SessionAttributes,
): Promise<SessionAttributes> {
  const [agent, groups] = await Promise.all([agents.find(agentId), directory.findGroupsOf(attributes.user.value)]);
  const machineGroup = agent?.machineGroup;
  return {
    ...attributes,
    groups: [
      ...groups.map((value) => ({ value, assertedBy: 'directory' as const })),
      ...attributes.groups.filter(saidByHost),
    ],
    machineGroups: machineGroup === undefined ? [] : [{ value: machineGroup, assertedBy: 'administrator' }],
  };
}

/** A decision counts all groups; what is kept with the session has bounds. */
export function boundGroups(attributes: SessionAttributes): SessionAttributes {
  let characters = 0;
  const fits = ({ value }: Asserted) => {
    characters += value.length;
    return characters <= maxGroupCharacters;
  };
  const end = attributes.groups.findIndex((group, index) => index >= maxGroups || !fits(group));
  return end === -1 ? attributes : { ...attributes, groups: attributes.groups.slice(0, end) };
}

/** Whether a session that is kept was reported in these words; of its groups perhaps not all were kept. */
export function isReportedSo(kept: SessionAttributes, reported: SessionAttributes): boolean {
  const groups = kept.groups.filter(saidByHost);
  const bounded = { ...reported, groups: reported.groups.slice(0, groups.length) };
  return describe({ ...kept, groups }) === describe(bounded);
}

function describe(attributes: SessionAttributes): string {
  const { user, host, client, clientAddress, application, language, groups, accessTags } = attributes;
  const values = (all: readonly (Asserted | undefined)[]) => all.map((asserted) => asserted?.value ?? null);
  return JSON.stringify([
    values([user, host, client, clientAddress, application, language]),
    values(groups),
    values(accessTags),
  ]);
}

function saidByHost({ assertedBy }: Asserted): boolean {
  return assertedBy === 'agent';
}
