import * as z from 'zod';
import {
  scimGroupBodySchema,
  scimGroupSchema,
  scimListSchema,
  scimPatchBodySchema,
  scimUserBodySchema,
  scimUserSchema,
} from '../entities/scim.ts';
import { defineRoute } from './route.ts';

/** RFC 7644. Bodies, answers and errors are in SCIM's own form. */
const common = {
  dialect: 'scim',
  integration: { kind: 'function', name: 'scim' },
  access: { kind: 'open', because: 'the bearer token that an administrator made for the identity provider decides' },
} as const;
const asked = {
  kind: 'unaudited',
  because: 'an identity provider asks all day for what it wrote itself; what it changes is audited',
} as const;

/** Anything may be asked for; what is no id of ours is not found. */
const userParams = z.object({ userId: z.string().max(256) });
const groupParams = z.object({ groupId: z.string().max(256) });

const shown = {
  /** Names of attributes, separated by commas. */
  attributes: z.string().max(1000).optional(),
  excludedAttributes: z.string().max(1000).optional(),
};
const listed = z.object({
  ...shown,
  filter: z.string().max(2000).optional(),
  /** From 1; what is less counts as 1. */
  startIndex: z.coerce.number().int().catch(1).default(1),
  /** What is less than 0 counts as 0, what is more than 200 as 200. */
  count: z.coerce.number().int().catch(100).default(100),
});

const discovered = z.record(z.string(), z.unknown());

export const getScimServiceProviderConfig = defineRoute({
  ...common,
  operationId: 'getScimServiceProviderConfig',
  method: 'GET',
  path: '/scim/v2/ServiceProviderConfig',
  summary: 'Says which parts of SCIM are here',
  audit: asked,
  response: discovered,
  successStatus: 200,
  problems: ['unauthenticated'],
});

export const listScimResourceTypes = defineRoute({
  ...common,
  operationId: 'listScimResourceTypes',
  method: 'GET',
  path: '/scim/v2/ResourceTypes',
  summary: 'Lists the types of resources',
  audit: asked,
  response: scimListSchema(discovered),
  successStatus: 200,
  problems: ['unauthenticated'],
});

export const listScimSchemas = defineRoute({
  ...common,
  operationId: 'listScimSchemas',
  method: 'GET',
  path: '/scim/v2/Schemas',
  summary: 'Lists the attributes of each type',
  audit: asked,
  response: scimListSchema(discovered),
  successStatus: 200,
  problems: ['unauthenticated'],
});

export const listScimUsers = defineRoute({
  ...common,
  operationId: 'listScimUsers',
  method: 'GET',
  path: '/scim/v2/Users',
  summary: 'Lists people, or finds those that a filter describes',
  audit: asked,
  query: listed,
  response: scimListSchema(scimUserSchema),
  successStatus: 200,
  problems: ['unauthenticated'],
});

export const createScimUser = defineRoute({
  ...common,
  operationId: 'createScimUser',
  method: 'POST',
  path: '/scim/v2/Users',
  summary: 'Adds a person',
  audit: { kind: 'audited', action: 'scim.create-user', details: ['userName'] },
  body: scimUserBodySchema,
  response: scimUserSchema,
  successStatus: 201,
  problems: ['unauthenticated', 'already-exists'],
});

export const getScimUser = defineRoute({
  ...common,
  operationId: 'getScimUser',
  method: 'GET',
  path: '/scim/v2/Users/{userId}',
  summary: 'Shows a person',
  audit: asked,
  params: userParams,
  query: z.object(shown),
  response: scimUserSchema,
  successStatus: 200,
  problems: ['unauthenticated', 'directory-entry-not-found'],
});

export const replaceScimUser = defineRoute({
  ...common,
  operationId: 'replaceScimUser',
  method: 'PUT',
  path: '/scim/v2/Users/{userId}',
  summary: 'Writes a person anew; without `active` they stay as active as they were',
  audit: { kind: 'audited', action: 'scim.change-user', subject: 'userId' },
  params: userParams,
  body: scimUserBodySchema,
  response: scimUserSchema,
  successStatus: 200,
  problems: ['unauthenticated', 'directory-entry-not-found', 'already-exists'],
});

export const patchScimUser = defineRoute({
  ...common,
  operationId: 'patchScimUser',
  method: 'PATCH',
  path: '/scim/v2/Users/{userId}',
  summary: 'Changes parts of a person, all or none',
  audit: { kind: 'audited', action: 'scim.change-user', subject: 'userId' },
  params: userParams,
  body: scimPatchBodySchema,
  response: scimUserSchema,
  successStatus: 200,
  problems: ['unauthenticated', 'directory-entry-not-found', 'already-exists'],
});

export const deleteScimUser = defineRoute({
  ...common,
  operationId: 'deleteScimUser',
  method: 'DELETE',
  path: '/scim/v2/Users/{userId}',
  summary: 'Removes a person from the directory and from every group',
  audit: { kind: 'audited', action: 'scim.delete-user', subject: 'userId' },
  params: userParams,
  response: z.undefined(),
  successStatus: 204,
  problems: ['unauthenticated', 'directory-entry-not-found'],
});

export const listScimGroups = defineRoute({
  ...common,
  operationId: 'listScimGroups',
  method: 'GET',
  path: '/scim/v2/Groups',
  summary: 'Lists groups, or finds those that a filter describes',
  audit: asked,
  query: listed,
  response: scimListSchema(scimGroupSchema),
  successStatus: 200,
  problems: ['unauthenticated'],
});

export const createScimGroup = defineRoute({
  ...common,
  operationId: 'createScimGroup',
  method: 'POST',
  path: '/scim/v2/Groups',
  summary: 'Adds a group',
  audit: { kind: 'audited', action: 'scim.create-group', details: ['displayName'] },
  body: scimGroupBodySchema,
  response: scimGroupSchema,
  successStatus: 201,
  problems: ['unauthenticated', 'already-exists'],
});

export const getScimGroup = defineRoute({
  ...common,
  operationId: 'getScimGroup',
  method: 'GET',
  path: '/scim/v2/Groups/{groupId}',
  summary: 'Shows a group',
  audit: asked,
  params: groupParams,
  query: z.object(shown),
  response: scimGroupSchema,
  successStatus: 200,
  problems: ['unauthenticated', 'directory-entry-not-found'],
});

export const replaceScimGroup = defineRoute({
  ...common,
  operationId: 'replaceScimGroup',
  method: 'PUT',
  path: '/scim/v2/Groups/{groupId}',
  summary: 'Writes a group anew; with `members` they are the members',
  audit: { kind: 'audited', action: 'scim.change-group', subject: 'groupId' },
  params: groupParams,
  body: scimGroupBodySchema,
  response: scimGroupSchema,
  successStatus: 200,
  problems: ['unauthenticated', 'directory-entry-not-found', 'already-exists'],
});

export const patchScimGroup = defineRoute({
  ...common,
  operationId: 'patchScimGroup',
  method: 'PATCH',
  path: '/scim/v2/Groups/{groupId}',
  summary: 'Changes parts of a group; its members may be many, so it is not shown again',
  audit: { kind: 'audited', action: 'scim.change-group', subject: 'groupId' },
  params: groupParams,
  body: scimPatchBodySchema,
  response: z.undefined(),
  successStatus: 204,
  problems: ['unauthenticated', 'directory-entry-not-found', 'already-exists'],
});

export const deleteScimGroup = defineRoute({
  ...common,
  operationId: 'deleteScimGroup',
  method: 'DELETE',
  path: '/scim/v2/Groups/{groupId}',
  summary: 'Removes a group; its members stay',
  audit: { kind: 'audited', action: 'scim.delete-group', subject: 'groupId' },
  params: groupParams,
  response: z.undefined(),
  successStatus: 204,
  problems: ['unauthenticated', 'directory-entry-not-found'],
});

export const scimRoutes = [
  getScimServiceProviderConfig,
  listScimResourceTypes,
  listScimSchemas,
  listScimUsers,
  createScimUser,
  getScimUser,
  replaceScimUser,
  patchScimUser,
  deleteScimUser,
  listScimGroups,
  createScimGroup,
  getScimGroup,
  replaceScimGroup,
  patchScimGroup,
  deleteScimGroup,
] as const;
