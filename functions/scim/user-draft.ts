import { directoryUserSchema, type ScimUserBody, scimBooleanSchema, scimUserBodySchema } from '@afterimage/contracts';
import { ScimRefusal } from '../_runtime/http/scim-refusal.ts';
import type { AttributePath } from './read-path.ts';

/** What SCIM may say of a person. */
export interface UserDraft {
  userName: string;
  displayName?: string | undefined;
  email?: string | undefined;
  externalId?: string | undefined;
  isActive: boolean;
}

/** A whole person. @param wasActive what counts where the body does not say */
export function draftOf(body: ScimUserBody, wasActive: boolean): UserDraft {
  return checked({
    userName: body.userName,
    displayName: body.displayName ?? nameIn(body.name),
    email: emailIn(body.emails),
    externalId: body.externalId,
    isActive: body.active ?? wasActive,
  });
}

function nameIn(name: ScimUserBody['name']): string | undefined {
  const parts = [name?.givenName, name?.familyName].filter((part) => part !== undefined);
  return name?.formatted ?? (parts.length > 0 ? parts.join(' ') : undefined);
}

/** The one at work, else the first one of all. */
function emailIn(emails: ScimUserBody['emails']): string | undefined {
  const given = (emails ?? []).filter(({ value }) => value !== undefined);
  const chosen = given.find(({ type }) => type === 'work') ?? given.find(({ primary }) => primary === true) ?? given[0];
  return chosen?.value;
}

const { email: emailSchema } = directoryUserSchema.shape;

function checked(draft: UserDraft): UserDraft {
  if (emailSchema.safeParse(draft.email).success) return draft;
  throw new ScimRefusal('invalidValue', `"${draft.email?.slice(0, 100)}" is no e-mail address. Nothing was changed.`);
}

/** Of RFC 7643 and not kept: clients send them with everything else. */
const passedOver = [
  'addresses',
  'entitlements',
  'ims',
  'locale',
  'name',
  'nickname',
  'password',
  'phonenumbers',
  'photos',
  'preferredlanguage',
  'profileurl',
  'roles',
  'timezone',
  'title',
  'usertype',
  'x509certificates',
];
const readOnly = ['id', 'meta', 'groups', 'schemas'];

const { displayName: labelSchema, emails: emailsSchema, userName: userNameSchema } = scimUserBodySchema.shape;

/** One operation of a PATCH on one attribute. @param value undefined to remove it */
export function setUserAttribute(draft: UserDraft, path: AttributePath, value: unknown): UserDraft {
  const [attribute = ''] = path.name.split('.', 1);
  if (path.isExtension || passedOver.includes(attribute)) return draft;
  if (readOnly.includes(attribute)) throw new ScimRefusal('mutability', `${attribute} cannot be changed.`);
  switch (path.name) {
    case 'username':
      return { ...draft, userName: parsed(userNameSchema, value, path) };
    case 'active':
      return { ...draft, isActive: parsed(scimBooleanSchema, value, path) };
    case 'displayname':
      return { ...draft, displayName: parsed(labelSchema, value, path) };
    case 'externalid':
      return { ...draft, externalId: parsed(labelSchema, value, path) };
    case 'emails':
    case 'emails.value':
      return checked(setEmail(draft, path, value));
  }
  if (attribute === 'emails') return draft;
  throw new ScimRefusal('invalidPath', `Users have no attribute ${path.name.slice(0, 100)}. Nothing was changed.`);
}

/** One address is kept, the one at work. */
function setEmail(draft: UserDraft, path: AttributePath, value: unknown): UserDraft {
  const { condition } = path;
  const isOurs = condition === undefined || condition.value === 'work' || condition.name === 'primary';
  if (!isOurs) return draft;
  if (value === undefined) return { ...draft, email: undefined };
  if (path.name === 'emails.value') return { ...draft, email: parsed(labelSchema, value, path) };
  return { ...draft, email: emailIn(parsed(emailsSchema, Array.isArray(value) ? value : [value], path)) };
}

interface Parser<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false };
}

function parsed<T>(schema: Parser<T>, value: unknown, { name }: AttributePath): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ScimRefusal('invalidValue', `The value of ${name} is not valid. Nothing was changed.`);
}
