import {
  type getScimServiceProviderConfig,
  type listScimResourceTypes,
  type listScimSchemas,
  scimUrns,
} from '@afterimage/contracts';
import { done, type Outcome } from '../_runtime/http/route-binding.ts';
import { listOf } from './resources.ts';
import type { ScimUseCaseDependencies } from './scim-dependencies.ts';

type Discovery = Pick<ScimUseCaseDependencies, 'scimUrl'>;

export async function showServiceProviderConfig({
  scimUrl,
}: Discovery): Promise<Outcome<typeof getScimServiceProviderConfig>> {
  return done({
    schemas: [scimUrns.serviceProviderConfig],
    patch: { supported: true },
    bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
    filter: { supported: true, maxResults: 200 },
    changePassword: { supported: false },
    sort: { supported: false },
    etag: { supported: false },
    authenticationSchemes: [
      {
        type: 'oauthbearertoken',
        name: 'Bearer token',
        description: 'A token that an administrator makes in the console',
        primary: true,
      },
    ],
    meta: { resourceType: 'ServiceProviderConfig', location: `${scimUrl}/ServiceProviderConfig` },
  });
}

export async function showResourceTypes({ scimUrl }: Discovery): Promise<Outcome<typeof listScimResourceTypes>> {
  const types = [
    { name: 'User', endpoint: '/Users', schema: scimUrns.user },
    { name: 'Group', endpoint: '/Groups', schema: scimUrns.group },
  ].map((type) => ({
    schemas: [scimUrns.resourceType],
    id: type.name,
    ...type,
    meta: { resourceType: 'ResourceType', location: `${scimUrl}/ResourceTypes/${type.name}` },
  }));
  return done(listOf(types, 1, types.length));
}

export async function showSchemas({ scimUrl }: Discovery): Promise<Outcome<typeof listScimSchemas>> {
  const schemas = [
    { id: scimUrns.user, name: 'User', attributes: userAttributes },
    { id: scimUrns.group, name: 'Group', attributes: groupAttributes },
  ].map((schema) => ({
    schemas: [scimUrns.schema],
    ...schema,
    meta: { resourceType: 'Schema', location: `${scimUrl}/Schemas/${schema.id}` },
  }));
  return done(listOf(schemas, 1, schemas.length));
}

/** RFC 7643, 7. */
const usual = {
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
};
const plural = { ...usual, type: 'complex', multiValued: true };

const userAttributes = [
  { ...usual, name: 'userName', description: 'As hosts say it', required: true, uniqueness: 'server' },
  { ...usual, name: 'externalId', description: 'The provider’s own id', caseExact: true, uniqueness: 'server' },
  { ...usual, name: 'displayName', description: 'For people to read' },
  { ...usual, name: 'active', type: 'boolean', description: 'Who is not counts in no group' },
  {
    ...plural,
    name: 'emails',
    description: 'One is kept, the one at work',
    subAttributes: [
      { ...usual, name: 'value', description: 'The address' },
      { ...usual, name: 'type', description: 'Always work', canonicalValues: ['work'] },
      { ...usual, name: 'primary', type: 'boolean', description: 'Always true' },
    ],
  },
  {
    ...plural,
    name: 'groups',
    description: 'Groups that count for the person; changed by the groups',
    mutability: 'readOnly',
    subAttributes: [
      { ...usual, name: 'value', description: 'Id of the group', mutability: 'readOnly' },
      { ...usual, name: 'display', description: 'Name of the group', mutability: 'readOnly' },
    ],
  },
];

const groupAttributes = [
  { ...usual, name: 'displayName', description: 'As policies name it', required: true, uniqueness: 'server' },
  { ...usual, name: 'externalId', description: 'The provider’s own id', caseExact: true, uniqueness: 'server' },
  {
    ...plural,
    name: 'members',
    description: 'People; in lists only where attributes names them',
    returned: 'request',
    subAttributes: [{ ...usual, name: 'value', description: 'Id of a user', mutability: 'immutable' }],
  },
];
