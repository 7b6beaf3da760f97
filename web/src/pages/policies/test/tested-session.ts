import {
  type SessionAttributes,
  type SessionId,
  sessionAttributesSchema,
  sessionIdSchema,
} from '@afterimage/contracts';
import type { AddressChange } from '../content/use-address.ts';

/** A session that is made up: lists are separated by `;`. */
export interface TypedSession {
  user: string;
  host: string;
  application: string;
  address: string;
  groups: string;
  machineGroups: string;
  tags: string;
}
export const typedFields = [
  'user',
  'host',
  'application',
  'address',
  'groups',
  'machineGroups',
  'tags',
] as const satisfies readonly (keyof TypedSession)[];

/** What is tested: one that hosts have reported, or one that is made up. */
export type TestedSession = { sessionId: SessionId } | { attributes: SessionAttributes };

/** The parameters of the page's address; undefined while they are not enough for a test. */
export function testedSessionOf(address: URLSearchParams): TestedSession | undefined {
  const sessionId = sessionIdSchema.safeParse(address.get('session')).data;
  if (sessionId !== undefined) return { sessionId };
  const attributes = attributesOf(typedSessionOf(address));
  return attributes === undefined ? undefined : { attributes };
}

export function typedSessionOf(address: URLSearchParams): TypedSession {
  const text = (name: string) => address.get(name) ?? '';
  return {
    user: text('user'),
    host: text('host'),
    application: text('application'),
    address: text('address'),
    groups: text('groups'),
    machineGroups: text('machineGroups'),
    tags: text('tags'),
  };
}

export function addressOfTyped(typed: TypedSession): AddressChange {
  return { ...typed, session: undefined };
}

/** Undefined when the user or the host is missing, or something cannot be. */
export function attributesOf(typed: TypedSession): SessionAttributes | undefined {
  const { user, host, application, address, groups, machineGroups, tags } = typed;
  const asserted = (value: string, assertedBy = 'agent') => ({ value: value.trim(), assertedBy });
  const several = (text: string, assertedBy: string) =>
    text
      .split(';')
      .filter((one) => one.trim() !== '')
      .map((one) => asserted(one, assertedBy));
  return sessionAttributesSchema.safeParse({
    user: asserted(user),
    host: asserted(host),
    ...(application.trim() === '' ? {} : { application: asserted(application) }),
    ...(address.trim() === '' ? {} : { clientAddress: asserted(address) }),
    groups: several(groups, 'directory'),
    machineGroups: several(machineGroups, 'administrator'),
    accessTags: several(tags, 'agent'),
  }).data;
}
