import {
  listDirectoryGroups,
  listDirectoryUsers,
  listSessions,
  type Machine,
  type Principal,
  type Session,
} from '@afterimage/contracts';
import { useMemo, useRef } from 'react';
import { useSignedIn } from '../../../session/session-context.tsx';

/** Names that are known for a kind and begin with a text, or hold it. */
export type Suggest<K extends string> = (kind: K, text: string) => Promise<readonly string[]>;

export interface Suggestions {
  principals: Suggest<Principal['kind']>;
  machines: Suggest<Machine['kind']>;
  applications(text: string): Promise<readonly string[]>;
  accessTags(text: string): Promise<readonly string[]>;
  nothing(text: string): Promise<readonly string[]>;
}

const mostSuggested = 50;

/** From the directory, and from the sessions that hosts have reported lately. Without an answer nothing is suggested. */
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
      applications: () => merge(seen(({ attributes }) => [attributes.application?.value])),
      accessTags: () => merge(seen(({ attributes }) => attributes.accessTags.map(({ value }) => value))),
      nothing: async () => [],
    };
  }, [api]);
}
