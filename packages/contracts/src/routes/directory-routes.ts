import * as z from 'zod';
import { directoryGroupSchema, directoryUserSchema, scimTokenSchema } from '../entities/directory.ts';
import { labelSchema } from '../entities/values.ts';
import { directoryGroupIdSchema, directoryUserIdSchema, scimTokenIdSchema } from '../ids/ids.ts';
import { defineRoute } from './route.ts';

const administrators = { kind: 'roles', anyOf: ['PolicyAdministrator'] } as const;
const integration = { kind: 'function', name: 'directory' } as const;

const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2000).optional(),
  /** Begin of a name, upper and lower case alike. */
  startsWith: z.string().trim().max(256).optional(),
});

export const listDirectoryUsers = defineRoute({
  operationId: 'listDirectoryUsers',
  method: 'GET',
  path: '/api/v1/directory/users',
  summary: 'Lists the people that the directory knows, by name',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'directory.list' },
  query: page,
  response: z.object({ users: z.array(directoryUserSchema), cursor: z.string().optional() }),
  successStatus: 200,
  problems: [],
});

export const getDirectoryUser = defineRoute({
  operationId: 'getDirectoryUser',
  method: 'GET',
  path: '/api/v1/directory/users/{userId}',
  summary: 'Shows a person and the groups that count for them',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'directory.show', subject: 'userId' },
  params: z.object({ userId: directoryUserIdSchema }),
  response: z.object({ user: directoryUserSchema, groups: z.array(directoryGroupSchema) }),
  successStatus: 200,
  problems: ['directory-entry-not-found'],
});

export const listDirectoryGroups = defineRoute({
  operationId: 'listDirectoryGroups',
  method: 'GET',
  path: '/api/v1/directory/groups',
  summary: 'Lists the groups that the directory knows, by name',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'directory.list' },
  query: page,
  response: z.object({ groups: z.array(directoryGroupSchema), cursor: z.string().optional() }),
  successStatus: 200,
  problems: [],
});

export const listDirectoryGroupMembers = defineRoute({
  operationId: 'listDirectoryGroupMembers',
  method: 'GET',
  path: '/api/v1/directory/groups/{groupId}/members',
  summary: 'Lists the members of a group',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'directory.show', subject: 'groupId' },
  params: z.object({ groupId: directoryGroupIdSchema }),
  query: page.omit({ startsWith: true }),
  response: z.object({ members: z.array(directoryUserSchema), cursor: z.string().optional() }),
  successStatus: 200,
  problems: ['directory-entry-not-found'],
});

export const importDirectory = defineRoute({
  operationId: 'importDirectory',
  method: 'POST',
  path: '/api/v1/directory/imports',
  summary: 'Takes people and their groups from CSV; a dry run only says what would change',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'directory.import', details: ['mode', 'isDryRun'] },
  maxBodyBytes: 4_500_000,
  body: z.object({
    /**
     * RFC 4180 with a header: `userName`, and if wanted `displayName`, `email`, `isActive`, `groups` (separated by `;`).
     * UTF-8; comma or semicolon between fields, as the header has it. At most 10,000 lines after it.
     */
    csv: z.string().min(1).max(4_000_000),
    /** `replace`: who came by CSV before and is not in this one is removed. What came by SCIM stays in both. */
    mode: z.enum(['merge', 'replace']).default('merge'),
    isDryRun: z.boolean().default(false),
  }),
  response: z.object({
    users: z.object({ added: z.int(), changed: z.int(), removed: z.int(), unchanged: z.int() }),
    groups: z.object({ added: z.int(), changed: z.int(), removed: z.int(), unchanged: z.int() }),
    /** Lines that were not taken; with any of them nothing is written. */
    errors: z.array(z.object({ line: z.int().min(1), column: labelSchema.optional(), detail: z.string() })).max(100),
  }),
  successStatus: 200,
  problems: [],
});

export const deleteDirectoryUser = defineRoute({
  operationId: 'deleteDirectoryUser',
  method: 'DELETE',
  path: '/api/v1/directory/users/{userId}',
  summary: 'Removes a person from the directory and from every group',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'directory.delete', subject: 'userId' },
  params: z.object({ userId: directoryUserIdSchema }),
  response: z.undefined(),
  successStatus: 204,
  problems: ['directory-entry-not-found'],
});

export const deleteDirectoryGroup = defineRoute({
  operationId: 'deleteDirectoryGroup',
  method: 'DELETE',
  path: '/api/v1/directory/groups/{groupId}',
  summary: 'Removes a group; its members stay',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'directory.delete', subject: 'groupId' },
  params: z.object({ groupId: directoryGroupIdSchema }),
  response: z.undefined(),
  successStatus: 204,
  problems: ['directory-entry-not-found'],
});

export const listScimTokens = defineRoute({
  operationId: 'listScimTokens',
  method: 'GET',
  path: '/api/v1/directory/scim-tokens',
  summary: 'Lists the tokens with which identity providers write the directory',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'scim-token.list' },
  response: z.object({ tokens: z.array(scimTokenSchema), scimUrl: z.url() }),
  successStatus: 200,
  problems: [],
});

export const createScimToken = defineRoute({
  operationId: 'createScimToken',
  method: 'POST',
  path: '/api/v1/directory/scim-tokens',
  summary: 'Creates a token for an identity provider',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'scim-token.create' },
  body: z.object({ name: labelSchema, validForDays: z.int().min(1).max(730).default(365) }),
  response: z.object({
    scimToken: scimTokenSchema,
    /** The credential itself; shown once, stored only as a hash. */
    token: z.string(),
  }),
  successStatus: 201,
  problems: [],
});

export const revokeScimToken = defineRoute({
  operationId: 'revokeScimToken',
  method: 'DELETE',
  path: '/api/v1/directory/scim-tokens/{scimTokenId}',
  summary: 'Revokes a token: the next call with it is refused',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'scim-token.revoke', subject: 'scimTokenId' },
  params: z.object({ scimTokenId: scimTokenIdSchema }),
  response: z.undefined(),
  successStatus: 204,
  problems: ['directory-entry-not-found'],
});

export const directoryRoutes = [
  listDirectoryUsers,
  getDirectoryUser,
  deleteDirectoryUser,
  listDirectoryGroups,
  listDirectoryGroupMembers,
  deleteDirectoryGroup,
  importDirectory,
  listScimTokens,
  createScimToken,
  revokeScimToken,
] as const;
