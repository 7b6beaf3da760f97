import { createContext, Script } from 'node:vm';
import { notImplemented } from '../../kernel/types.ts';

/** CloudFront's own bound is on compute; this is wall clock, wide enough for a busy machine. */
const limitMs = 250;

/** A header, cookie or query parameter in the event of a CloudFront function. */
export interface EdgeValue {
  value: string;
  multiValue?: { value: string }[];
}

export interface EdgeRequest {
  method: string;
  uri: string;
  querystring: Record<string, EdgeValue>;
  headers: Record<string, EdgeValue>;
  cookies: Record<string, EdgeValue>;
}

export interface EdgeResponse {
  statusCode: number;
  statusDescription?: string;
  headers?: Record<string, EdgeValue>;
  cookies?: Record<string, EdgeValue & { attributes?: string }>;
  body?: string | { encoding: 'text' | 'base64'; data: string };
}

export interface EdgeEvent {
  version: '1.0';
  context: { distributionDomainName: string; distributionId: string; eventType: string; requestId: string };
  viewer: { ip: string };
  request: EdgeRequest;
  response?: EdgeResponse;
}

/**
 * A CloudFront function (JavaScript runtime 2.0). It runs in a realm of its own with nothing of Node in it: events go
 * in and answers come out as JSON text, and neither code generation nor modules are to be had.
 */
export class EdgeFunction {
  readonly #script: Script;

  constructor(name: string, code: string) {
    if (/^\s*import\b/m.test(code)) throw notImplemented(`modules in the CloudFront function ${name}`);
    this.#script = new Script(
      `'use strict'; var console = { log() {}, error() {} };\n${code}\n
       (async () => handler(JSON.parse(input)))().then(
         (value) => { output = JSON.stringify({ value }); },
         (error) => { output = JSON.stringify({ error: String(error) }); });`,
      { filename: name },
    );
  }

  /** Errors: whatever the function throws, and a time-out. */
  run(event: EdgeEvent): EdgeRequest | EdgeResponse {
    const sandbox: { input: string; output: string | undefined } = Object.create(null);
    sandbox.input = JSON.stringify(event);
    sandbox.output = undefined;
    const context = createContext(sandbox, {
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    });
    this.#script.runInContext(context, { timeout: limitMs });
    const answer = JSON.parse(String(sandbox.output ?? '{"error":"The function returned nothing"}')) as {
      value?: EdgeRequest | EdgeResponse;
      error?: string;
    };
    if (answer.value === undefined) throw new Error(answer.error ?? 'The function returned nothing');
    return answer.value;
  }
}
