import * as z from 'zod';
import { labelSchema, timestampSchema } from './values.ts';

/** URNs of RFC 7643 and RFC 7644. */
export const scimUrns = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  schema: 'urn:ietf:params:scim:schemas:core:2.0:Schema',
  resourceType: 'urn:ietf:params:scim:schemas:core:2.0:ResourceType',
  serviceProviderConfig: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
  listResponse: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patchOp: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
} as const;

export const scimMediaType = 'application/scim+json';

const urnsSchema = z.array(z.string().max(256)).max(20);

const metaSchema = z.object({
  resourceType: z.enum(['User', 'Group']),
  created: timestampSchema,
  lastModified: timestampSchema,
  location: z.url(),
});

/** Attributes may be left out at the caller's wish (`attributes`, `excludedAttributes`); the id never is. */
export const scimUserSchema = z.object({
  schemas: urnsSchema,
  id: z.string(),
  externalId: z.string().optional(),
  userName: z.string().optional(),
  displayName: z.string().optional(),
  active: z.boolean().optional(),
  emails: z.array(z.object({ value: z.string(), type: z.literal('work'), primary: z.literal(true) })).optional(),
  /** Groups that count for the person now. */
  groups: z.array(z.object({ value: z.string(), display: z.string(), $ref: z.url() })).optional(),
  meta: metaSchema.optional(),
});
export type ScimUser = z.infer<typeof scimUserSchema>;

export const scimGroupSchema = z.object({
  schemas: urnsSchema,
  id: z.string(),
  externalId: z.string().optional(),
  displayName: z.string().optional(),
  members: z.array(z.object({ value: z.string() })).optional(),
  meta: metaSchema.optional(),
});
export type ScimGroup = z.infer<typeof scimGroupSchema>;

export function scimListSchema<T extends z.ZodType>(resource: T) {
  return z.object({
    schemas: urnsSchema,
    totalResults: z.int(),
    startIndex: z.int(),
    itemsPerPage: z.int(),
    Resources: z.array(resource),
  });
}

/** Some clients send `"False"`. */
export const scimBooleanSchema = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^(true|false)$/i, 'must be true or false')
    .transform((text) => text.toLowerCase() === 'true'),
]);

/** Clients send null, or nothing between quotes, for what is not there. */
const absent = z.union([z.null(), z.literal('')]).transform(() => undefined);
const optionalLabel = z.union([absent, labelSchema]).optional();

/** What is kept of a person; clients send far more, which is passed over (RFC 7644, 3.3). */
export const scimUserBodySchema = z.looseObject({
  schemas: urnsSchema,
  userName: labelSchema,
  externalId: optionalLabel,
  displayName: optionalLabel,
  /** Where there is no display name, it is made of this. */
  name: z
    .looseObject({ formatted: optionalLabel, givenName: optionalLabel, familyName: optionalLabel })
    .nullish()
    .transform((value) => value ?? undefined),
  active: scimBooleanSchema.optional(),
  emails: z
    .array(z.looseObject({ value: optionalLabel, type: optionalLabel, primary: scimBooleanSchema.optional() }))
    .max(100)
    .nullish()
    .transform((value) => value ?? undefined),
});
export type ScimUserBody = z.infer<typeof scimUserBodySchema>;

export const scimMembersSchema = z.array(z.looseObject({ value: z.string().max(256) })).max(20_000);

export const scimGroupBodySchema = z.looseObject({
  schemas: urnsSchema,
  displayName: labelSchema,
  externalId: optionalLabel,
  members: scimMembersSchema.nullish().transform((value) => value ?? undefined),
});
export type ScimGroupBody = z.infer<typeof scimGroupBodySchema>;

export const scimPatchBodySchema = z.looseObject({
  schemas: urnsSchema,
  Operations: z
    .array(
      z.looseObject({
        /** `add`, `replace` or `remove`, upper and lower case alike. */
        op: z.string().max(20),
        path: z.string().max(1000).nullish(),
        value: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(1000),
});
export type ScimPatchBody = z.infer<typeof scimPatchBodySchema>;

export const scimTypeSchema = z.enum([
  'invalidFilter',
  'tooMany',
  'uniqueness',
  'mutability',
  'invalidSyntax',
  'invalidPath',
  'noTarget',
  'invalidValue',
]);
export type ScimType = z.infer<typeof scimTypeSchema>;

/** RFC 7644, 3.12. */
export const scimErrorSchema = z.object({
  schemas: z.tuple([z.literal(scimUrns.error)]),
  /** The HTTP status, as text. */
  status: z.string(),
  scimType: scimTypeSchema.optional(),
  detail: z.string(),
});
export type ScimError = z.infer<typeof scimErrorSchema>;
