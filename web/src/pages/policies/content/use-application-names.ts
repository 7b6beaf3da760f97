import { type ApiClient, namePublishedResources } from '@afterimage/contracts';
import { useMemo, useSyncExternalStore } from 'react';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ApplicationNames } from './application-names.ts';

/** Of each sign-in: what one page has found the next one knows. */
const known = new WeakMap<ApiClient, ApplicationNames>();

function namesFor(api: ApiClient, mayRead: boolean): ApplicationNames {
  const names =
    known.get(api) ??
    new ApplicationNames(async (resourceIds) => {
      if (!mayRead) return [];
      return (await api(namePublishedResources, { body: { resourceIds: [...resourceIds] } })).resources;
    });
  known.set(api, names);
  return names;
}

/** After the catalogue was changed: names are asked for anew. */
export function forgetApplicationNames(api: ApiClient): void {
  known.delete(api);
}

/** The published name of an application that a rule holds by id; who may not read the catalogue sees ids (POL-053). */
export function useApplicationNames(): (id: string) => string | undefined {
  const { api, roles } = useSignedIn();
  const names = namesFor(api, roles.includes('PolicyAdministrator'));
  const version = useSyncExternalStore(names.subscribe, names.version);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with a new version the same id may have a name
  return useMemo(() => (id: string) => names.nameOf(id), [names, version]);
}

/** An application as a table has it: its published name with the id, or the id alone. */
export function useApplicationLabel(): (id: string) => string {
  const nameOf = useApplicationNames();
  return (id) => {
    const name = nameOf(id);
    return name === undefined ? id : `${name} (${id})`;
  };
}
