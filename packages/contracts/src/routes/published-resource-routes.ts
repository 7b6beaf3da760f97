import * as z from 'zod';
import {
  listedResourceSchema,
  publishedResourceSchema,
  publishingSiteSchema,
  resourceIdSchema,
  siteAddressSchema,
} from '../entities/published-resource.ts';
import { labelSchema } from '../entities/values.ts';
import { publishingSiteIdSchema } from '../ids/ids.ts';
import { defineRoute } from './route.ts';

const administrators = { kind: 'roles', anyOf: ['PolicyAdministrator'] } as const;
const integration = { kind: 'function', name: 'directory' } as const;

export const listPublishedResources = defineRoute({
  operationId: 'listPublishedResources',
  method: 'GET',
  path: '/api/v1/published-resources',
  summary: 'Lists published applications and desktops, by the name that people know',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'published-resource.list' },
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    /** Two names in it may be of 256 characters of four bytes each. */
    cursor: z.string().max(5000).optional(),
    /** Part of a display name or of an id, upper and lower case alike. */
    find: z.string().trim().max(256).optional(),
    siteId: publishingSiteIdSchema.optional(),
    kind: publishedResourceSchema.shape.kind.optional(),
  }),
  response: z.object({ resources: z.array(listedResourceSchema), cursor: z.string().optional() }),
  successStatus: 200,
  problems: [],
});

export const namePublishedResources = defineRoute({
  operationId: 'namePublishedResources',
  method: 'POST',
  path: '/api/v1/published-resources/names',
  summary: 'Says under which names the resources are published that rules hold by id',
  integration,
  access: administrators,
  audit: { kind: 'unaudited', because: 'it says of ids that the caller has what the audited list says too' },
  body: z.object({ resourceIds: z.array(resourceIdSchema).min(1).max(1000) }),
  /** Those that are known; of an id that several sites publish, each. */
  response: z.object({ resources: z.array(listedResourceSchema) }),
  successStatus: 200,
  problems: [],
});

export const listPublishingSites = defineRoute({
  operationId: 'listPublishingSites',
  method: 'GET',
  path: '/api/v1/published-resources/sites',
  summary: 'Lists the sites whose published applications and desktops are known',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'published-resource.list' },
  response: z.object({ sites: z.array(publishingSiteSchema) }),
  successStatus: 200,
  problems: [],
});

export const importPublishedResources = defineRoute({
  operationId: 'importPublishedResources',
  method: 'POST',
  path: '/api/v1/published-resources/imports',
  summary: 'Takes what a site publishes, in place of what was known of it; a dry run only says what would change',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'published-resource.import', details: ['siteAddress', 'isDryRun'] },
  body: z.object({
    /** Of a site that is known, upper and lower case alike: all that it publishes is replaced. */
    siteAddress: siteAddressSchema,
    /**
     * CSV: RFC 4180 with a header, `resourceId`, `displayName`, `kind` (`application` or `desktop`; without it
     * applications), comma or semicolon between fields, as the header has it. JSON: an array of objects with these
     * members. At most 2,000 resources.
     */
    content: z.string().min(1).max(900_000),
    format: z.enum(['csv', 'json']).default('csv'),
    isDryRun: z.boolean().default(false),
  }),
  response: z.object({
    counts: z.object({ added: z.int(), changed: z.int(), removed: z.int(), unchanged: z.int() }),
    /** What was not taken, by line of a CSV or by number in a JSON array, from 1; with any of it nothing is written. */
    errors: z.array(z.object({ line: z.int().min(1), column: labelSchema.optional(), detail: z.string() })).max(100),
  }),
  successStatus: 200,
  problems: [],
});

export const deletePublishingSite = defineRoute({
  operationId: 'deletePublishingSite',
  method: 'DELETE',
  path: '/api/v1/published-resources/sites/{siteId}',
  summary: 'Forgets what a site publishes; rules that hold its ids stay as they are',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'published-resource.delete', subject: 'siteId' },
  params: z.object({ siteId: publishingSiteIdSchema }),
  response: z.undefined(),
  successStatus: 204,
  problems: ['directory-entry-not-found'],
});

export const publishedResourceRoutes = [
  listPublishedResources,
  namePublishedResources,
  listPublishingSites,
  importPublishedResources,
  deletePublishingSite,
] as const;
