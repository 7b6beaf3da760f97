import * as z from 'zod';
import { scimErrorSchema, scimMediaType } from '../entities/scim.ts';
import { type ProblemName, problemDefinitions, problemSchema } from '../problems/problems.ts';
import { type RouteContract, routes } from '../routes/index.ts';

type Json = Record<string, unknown>;

const everyRouteAnswers: readonly ProblemName[] = ['invalid-request', 'internal'];
const everyBodyIsAnswered: readonly ProblemName[] = ['payload-too-large', 'unsupported-media-type'];

/** The whole API as an OpenAPI 3.1 document: nothing in it is written by hand, it follows from the route contracts. */
export function buildOpenApi(): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Afterimage',
      version: '1',
      description: 'Generated from the route contracts in packages/contracts.',
    },
    paths,
    components: {
      schemas: { Problem: schemaOf(problemSchema, 'output'), ScimError: schemaOf(scimErrorSchema, 'output') },
      securitySchemes: {
        person: { type: 'http', scheme: 'bearer', description: 'Access token of the OIDC issuer.' },
        agent: { type: 'http', scheme: 'bearer', description: 'One JWT per request, signed by the device (EdDSA).' },
        identityProvider: { type: 'http', scheme: 'bearer', description: 'A token made by `createScimToken`.' },
      },
    },
  };
}

function operationOf(route: RouteContract): Json {
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: describeAccess(route),
    security: securityOf(route),
    parameters: [...parametersOf(route.params, 'path'), ...parametersOf(route.query, 'query')],
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: contentOf(route, schemaOf(route.body, 'input')) } }),
    responses: { [route.successStatus]: successOf(route), ...problemsOf(route) },
  };
}

function describeAccess({ access, audit }: RouteContract): string {
  const audited = audit.kind === 'audited' ? `Audited as \`${audit.action}\`.` : `Not audited: ${audit.because}.`;
  switch (access.kind) {
    case 'roles':
      return `Needs the role ${access.anyOf.join(' or ')}. ${audited}`;
    case 'signed-in':
      return `For anybody who is signed in: ${access.because}. ${audited}`;
    case 'agent':
      return `For enrolled agents. ${audited}`;
    case 'open':
      return `Open: ${access.because}. ${audited}`;
  }
}

function securityOf({ access, dialect }: RouteContract): Json[] {
  if (dialect === 'scim') return [{ identityProvider: [] }];
  if (access.kind === 'open') return [];
  return [access.kind === 'agent' ? { agent: [] } : { person: [] }];
}

function parametersOf(schema: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  if (schema === undefined) return [];
  return Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === 'path' || !z.safeParse(z.object({ field }), {}).success,
    schema: schemaOf(z.object({ field }), 'input', 'field'),
  }));
}

function successOf(route: RouteContract): Json {
  const description = 'Done';
  if (route.successStatus === 204) return { description };
  return { description, content: contentOf(route, schemaOf(route.response, 'output')) };
}

/** Several problems may share a status. */
function problemsOf(route: RouteContract): Record<string, Json> {
  const signedIn: ProblemName[] = route.access.kind === 'open' ? [] : ['unauthenticated'];
  const roles: ProblemName[] = route.access.kind === 'roles' ? ['role-missing', 'person-inactive'] : [];
  const ofBody = route.body === undefined ? [] : everyBodyIsAnswered;
  const names = [...new Set([...everyRouteAnswers, ...signedIn, ...roles, ...ofBody, ...route.problems])];
  const responses: Record<string, Json> = {};
  for (const name of names) {
    const { status, title } = problemDefinitions[name];
    const before = responses[status]?.description;
    const line = `\`${name}\`: ${title}`;
    responses[status] = {
      description: typeof before === 'string' ? `${before}; ${line}` : line,
      content: refusalOf(route),
    };
  }
  return responses;
}

function refusalOf({ dialect }: RouteContract): Json {
  if (dialect === 'scim') return { [scimMediaType]: { schema: { $ref: '#/components/schemas/ScimError' } } };
  return { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
}

function contentOf({ dialect }: RouteContract, schema: unknown): Json {
  return { [dialect === 'scim' ? scimMediaType : 'application/json']: { schema } };
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output', member?: string): unknown {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, { io, unrepresentable: 'any' });
  return member === undefined ? json : json.properties?.[member];
}
