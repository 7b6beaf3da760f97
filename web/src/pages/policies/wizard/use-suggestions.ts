import {
  listDirectoryGroups,
  listDirectoryUsers,
  listPublishedResources,
  listSessions,
  type Machine,
  type Principal,
  type Session,
} from '@afterimage/contracts';
import { useMemo, useRef } from 'react';
import { useSignedIn } from '../../../session/session-context.tsx';

/** A value by another name than its own. */
export interface NamedSuggestion {
  value: string;
  label: string;
  /** Where it is from. */
  description: string;
}

/** Names that are known for a kind and begin with a text, or hold it. */
export type Suggest<K extends string> = (kind: K, text: string) => Promise<readonly string[]>;

export interface Suggestions {
  principals: Suggest<Principal['kind']>;
  machines: Suggest<Machine['kind']>;
  applications(text: string): Promise<readonly (string | NamedSuggestion)[]>;
  accessTags(text: string): Promise<readonly string[]>;
  nothing(text: string): Promise<readonly string[]>;
}

const mostSuggested = 50;

/** From the directory, from what sites publish, and from the sessions that hosts have reported lately. Without an answer nothing is suggested. */
export function useSuggestions(): Suggestions {
  const { api } = useSignedIn();
  const sessions = useRef<Promise<readonly Session[]>>(undefined);
  return useMemo(() => {
    const recent = () => {
      sessions.current ??= api(listSessions, { query: { state: 'all', limit: 200 } })
        .then((page) => page.sessions)
        .catch(() => []);
      return sessions.current;
    };
    const seen = async (valuesOf: (session: Session) => readonly (string | undefined)[]) => {
      const values = (await recent()).flatMap(valuesOf).filter((value) => value !== undefined);
      return [...new Set(values)].toSorted((a, b) => a.localeCompare(b));
    };
    const merge = async (...lists: Promise<readonly string[]>[]) => {
      const found = await Promise.all(lists.map((list) => list.catch(() => [])));
      return [...new Set(found.flat())].slice(0, mostSuggested);
    };
    const beginning = (text: string) => ({ limit: mostSuggested, ...(text === '' ? {} : { startsWith: text }) });
    const directoryUsers = async (text: string) =>
      (await api(listDirectoryUsers, { query: beginning(text) })).users.map(({ userName }) => userName);
    const directoryGroups = async (text: string) =>
      (await api(listDirectoryGroups, { query: beginning(text) })).groups.map(({ name }) => name);
    const publishedResources = async (text: string): Promise<NamedSuggestion[]> => {
      const query = { limit: mostSuggested, ...(text === '' ? {} : { find: text }) };
      const { resources } = await api(listPublishedResources, { query });
      // An id that several sites publish is one value.
      const first = new Map(resources.toReversed().map((resource) => [resource.resourceId.toLowerCase(), resource]));
      return [...first.values()].toReversed().map(({ resourceId, displayName, siteAddress }) => ({
        value: resourceId,
        label: displayName,
        description: siteAddress,
      }));
    };
    return {
      principals: (kind, text) =>
        kind === 'user'
          ? merge(
              directoryUsers(text),
              seen(({ attributes }) => [attributes.user.value]),
            )
          : merge(
              directoryGroups(text),
              seen(({ attributes }) => attributes.groups.map(({ value }) => value)),
            ),
      machines: (kind) =>
        kind === 'machine'
          ? merge(seen(({ attributes }) => [attributes.host.value]))
          : merge(seen(({ attributes }) => attributes.machineGroups.map(({ value }) => value))),
      applications: async (text) => {
        const [published, known] = await Promise.all([
          publishedResources(text).catch(() => []),
          merge(seen(({ attributes }) => [attributes.application?.value])),
        ]);
        const named = new Set(published.map(({ value }) => value.toLowerCase()));
        return [...published, ...known.filter((name) => !named.has(name.toLowerCase()))];
      },
      accessTags: () => merge(seen(({ attributes }) => attributes.accessTags.map(({ value }) => value))),
      nothing: async () => [],
    };
  }, [api]);
}
