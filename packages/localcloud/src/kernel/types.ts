import type { IncomingMessage } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import type { Readable } from 'node:stream';
import type { FaultPlan } from '../faults/fault-plan.ts';
import type { UsageLedger } from './usage-ledger.ts';

/** The one account and region that localcloud plays. */
export const accountId = '000000000000';
export const region = 'us-east-1';

/**
 * Who signed a request. `root` is the operator's own key (everything allowed, as an administrator's is);
 * a `role` is a Lambda function's or service's execution role out of the template, and is held to its policies;
 * a `service` carries the ARN of the resource it acts for (bucket, rule), which policies see as `aws:SourceArn`.
 */
export type Principal =
  | { kind: 'root'; arn: string; accessKeyId: string }
  | { kind: 'role'; arn: string; accessKeyId: string; roleName: string; sessionName: string }
  | { kind: 'service'; arn: string; accessKeyId: ''; service: string }
  | { kind: 'anonymous'; arn: ''; accessKeyId: '' };

/** One request to an AWS service, after its signature was verified. */
export interface AwsRequest {
  /** Signing name out of the credential scope: `s3`, `sqs`, `dynamodb`, `kms`, `events` … */
  service: string;
  /** Operation out of `X-Amz-Target` (`DynamoDB_20120810.PutItem` → `PutItem`); empty for REST services. */
  action: string;
  method: string;
  /** Path as sent, still percent-encoded, without the query. */
  rawPath: string;
  query: URLSearchParams;
  /** Lower-cased names. */
  headers: Readonly<Record<string, string>>;
  /** The raw body, unread. Payload-hash and aws-chunked handling is done by `payload()` of the kernel's wire module. */
  message: IncomingMessage;
  principal: Principal;
  presigned: boolean;
  /** What SigV4 says of the body: a hex SHA-256, `UNSIGNED-PAYLOAD` or a `STREAMING-…` scheme. */
  payloadHash: string;
  requestId: string;
  /** `http://127.0.0.1:PORT`, as the client addressed it. */
  endpoint: string;
}

export interface AwsResponse {
  status: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array | Readable;
}

/** A service that SDK clients reach over the wire. Throw `AwsError` for every refusal. */
export interface AwsService {
  readonly signingNames: readonly string[];
  handle(request: AwsRequest): Promise<AwsResponse>;
  /** Renders an error in the service's own protocol (S3 answers XML, the JSON services `__type`). */
  renderError?(error: AwsError, request: AwsRequest): AwsResponse;
  /** Ends timers and in-flight work; the data stays. */
  close?(): Promise<void>;
}

/** A refusal as AWS words it. `code` is the error code the SDK turns into `error.name`. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: Record<string, unknown>;

  constructor(code: string, status: number, message: string, fields: Record<string, unknown> = {}) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.fields = fields;
  }
}

/** What localcloud does not implement it refuses, never fakes. */
export function notImplemented(what: string): AwsError {
  return new AwsError('NotImplemented', 501, `localcloud does not implement ${what}`);
}

/** What a created resource answers to `Ref` and `Fn::GetAtt`. */
export interface ProvisionedResource {
  ref: string;
  attributes: Record<string, unknown>;
}

/** A template resource whose intrinsics are already evaluated. */
export interface TemplateResource {
  stackName: string;
  logicalId: string;
  type: string;
  properties: Record<string, unknown>;
  /** The directory of the synthesized app, where assets lie. */
  assemblyDirectory: string;
}

/**
 * Turns template resources of the named types into live ones. Called on every start with the whole template, in
 * dependency order, so `provision` must be idempotent: same logical id, same physical resource, data kept.
 * A property outside `understood` that is not in `harmless` fails the start.
 */
export interface ResourceProvider {
  readonly type: string;
  readonly understood: readonly string[];
  /** Property → why ignoring it cannot change what the product sees on one machine; `*` for a type that does nothing. */
  readonly harmless: Readonly<Record<string, string>>;
  provision(resource: TemplateResource): Promise<ProvisionedResource>;
}

/** What every service is built with. */
export interface Kernel {
  /** One SQLite database for all services; each owns the tables with its own prefix (`s3_`, `sqs_`, `ddb_` …). */
  database: DatabaseSync;
  /** The data directory (`.local` by default). */
  dataDirectory: string;
  /** Checks a call against the principal's policies and the resource's; throws AccessDenied(Exception). Logs what was used. */
  authorize(check: AuthorizationCheck): void;
  /**
   * Runs `work` in a transaction that it shares with other requests' work, in a savepoint of its own, and resolves once
   * the disk has it: one flush for many writers. `work` is synchronous; what it throws rolls it back and rejects.
   */
  commit<T>(work: () => T): Promise<T>;
  now(): number;
  /** What AWS would charge for. */
  usage: UsageLedger;
  /** What the operator wants to fail. */
  faults: FaultPlan;
  /** Names physical resources that the template leaves unnamed: stable for a stack and logical id. */
  physicalName(stackName: string, logicalId: string): string;
  log(level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>): void;
}

export interface AuthorizationCheck {
  principal: Principal;
  /** `s3:GetObject`, `dynamodb:PutItem` … */
  action: string;
  resourceArn: string;
  /** Condition keys in use, lower-cased: `s3:prefix`, `kms:encryptioncontext:…`, `dynamodb:leadingkeys` … */
  context?: Record<string, string | string[]>;
  /** The resource's own policy (bucket, queue, key), already evaluated. */
  resourcePolicy?: unknown;
}

/** In-process deliveries between services, as AWS does them with service principals. Wired by `index.ts`. */
export interface Deliveries {
  /** S3 notifications, EventBridge targets, API Gateway's SQS integration. Durable when the promise resolves. */
  sendToQueue(queueArn: string, body: string, principal: Principal): Promise<{ messageId: string }>;
  /** Synchronous invoke; resolves to the function's own payload or error, never throws for the function's failure. */
  invokeFunction(functionArn: string, payload: unknown): Promise<FunctionOutcome>;
  /** S3 with EventBridge on, and anything else that puts AWS service events on the default bus. */
  putEvent(busArn: string, event: Record<string, unknown>, principal: Principal): Promise<void>;
  /** EventBridge targets that are log groups; appends whole lines. Throws when no resource policy lets the service. */
  deliverLog(logGroupArn: string, text: string, principal: Principal): void;
}

export type FunctionOutcome =
  | { ok: true; payload: unknown }
  | { ok: false; errorType: string; errorMessage: string; trace: string[] };
