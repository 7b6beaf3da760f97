import type * as z from 'zod';
import type { Role } from '../entities/values.ts';
import type { FunctionName } from '../environment/function-names.ts';
import type { ProblemName } from '../problems/problems.ts';

/** Who may call a route. There is no default: a route that does not say does not type-check. */
export type Access =
  /** A signed-in person with at least one of these roles. */
  | { kind: 'roles'; anyOf: readonly [Role, ...Role[]] }
  /** Any signed-in person. The reason is for the reviewer of the contract. */
  | { kind: 'signed-in'; because: string }
  /** An enrolled agent, by its device key. */
  | { kind: 'agent' }
  /** Nobody is known yet; what the body carries decides. */
  | { kind: 'open'; because: string };

/** What the audit says of a call. An intent row is written before the effect, an outcome row after. */
export type AuditRule =
  | {
      kind: 'audited';
      action: string;
      /** Name of the path parameter. */
      subject?: string;
      /** Members of the body or the query that are kept with the intent: what a person gave as the reason. */
      details?: readonly string[];
    }
  /** Reads that reveal nothing of a recording, and agents' own traffic. */
  | { kind: 'unaudited'; because: string };

export type Integration = { kind: 'function'; name: FunctionName } | { kind: 'queue'; name: 'ingest' };

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Everything about a route. The router, validation, role check, audit, OpenAPI, API Gateway and clients are driven by it. */
export interface RouteContract {
  operationId: string;
  method: Method;
  /** With `{parameter}` placeholders, as API Gateway and OpenAPI write them. */
  path: `/agent/v1/${string}` | `/api/v1/${string}` | `/scim/v2/${string}`;
  summary: string;
  /** `scim`: media type and errors of RFC 7644, in place of JSON and RFC 9457. */
  dialect?: 'scim';
  /** Where a megabyte is not enough; a function itself takes six, with all that surrounds the body. */
  maxBodyBytes?: number;
  integration: Integration;
  access: Access;
  audit: AuditRule;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodObject;
  response: z.ZodType;
  successStatus: 200 | 201 | 202 | 204;
  /** Beyond `invalid-request`, `unauthenticated`, `role-missing`, `person-inactive`, `internal` and, with a body, `payload-too-large` and `unsupported-media-type`. */
  problems: readonly ProblemName[];
}

export function defineRoute<const R extends RouteContract>(route: R): R {
  return route;
}

type Output<S> = S extends z.ZodType ? z.output<S> : undefined;
type Input<S> = S extends z.ZodType ? z.input<S> : undefined;

/** What a use case gets: parsed and trusted. */
export interface RouteInput<R extends RouteContract> {
  params: Output<R['params']>;
  query: Output<R['query']>;
  body: Output<R['body']>;
}

/** What a client sends. */
export interface RouteRequest<R extends RouteContract> {
  params: Input<R['params']>;
  query: Input<R['query']>;
  body: Input<R['body']>;
}

export type RouteResponse<R extends RouteContract> = z.output<R['response']>;
