import {
  type AgentId,
  type ProblemName,
  problemNames,
  problemSchema,
  type RouteContract,
  type RouteRequest,
  type RouteResponse,
} from '@afterimage/contracts';
import type { DeviceKey } from '../identity/device-key.ts';
import type { Clock } from '../time/clock.ts';
import { makeAgentToken } from './agent-token.ts';
import type { ClockOffset } from './clock-offset.ts';
import { AgentNotTrustedError, ServiceRefusedError, ServiceUnreachableError } from './service-error.ts';

export interface ServiceClientOptions {
  readonly serverUrl: string;
  /** Absent before enrolment: only open routes can be called. */
  readonly device?: { readonly agentId: AgentId; readonly key: Pick<DeviceKey, 'sign'> };
  readonly clock: Clock;
  readonly clockOffset: ClockOffset;
  readonly fetch?: typeof fetch;
}

interface Answer {
  readonly response: Response;
  readonly text: string;
  readonly sentMs: number;
  readonly receivedMs: number;
}

const timeoutMs = 20_000;
const maxAnswerCharacters = 4 * 1024 * 1024;

/** Calls the routes of the contract. It never retries an unreachable service: that is `retryWhileUnreachable`'s. */
export class ServiceClient {
  readonly #options: ServiceClientOptions;
  readonly #fetch: typeof fetch;

  constructor(options: ServiceClientOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? fetch;
  }

  /**
   * @throws ServiceUnreachableError, ServiceRefusedError, AgentNotTrustedError
   */
  async call<R extends RouteContract>(
    route: R,
    request: Partial<RouteRequest<R>>,
    signal?: AbortSignal,
  ): Promise<RouteResponse<R>> {
    const path = fillPath(route.path, request.params);
    const url = withQuery(`${this.#options.serverUrl.replace(/\/+$/, '')}${path}`, request.query);
    const send = () => this.#send(route, { url, path, body: request.body }, signal);
    let answer = await send();
    if (isAboutToken(answer)) {
      this.#learnClock(answer);
      answer = await send();
      if (isAboutToken(answer)) throw new ServiceUnreachableError(`a token was refused with ${answer.response.status}`);
    }
    if (answer.response.status !== route.successStatus) throw refusalOf(answer);
    return this.#parse(route, answer);
  }

  async #send(
    route: RouteContract,
    request: { url: string; path: string; body: unknown },
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const { clock, clockOffset, device } = this.#options;
    const sentMs = clock.wallMs();
    const headers = new Headers();
    if (request.body !== undefined) headers.set('content-type', 'application/json');
    if (device && route.access.kind === 'agent') {
      const serviceMs = clockOffset.toServiceMs(sentMs);
      const token = await makeAgentToken(
        device.agentId,
        device.key,
        { method: route.method, path: request.path },
        serviceMs,
      );
      headers.set('authorization', `Bearer ${token}`);
    }
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await this.#fetch(request.url, {
        method: route.method,
        headers,
        ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
        redirect: 'error',
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      return { response, text: await response.text(), sentMs, receivedMs: clock.wallMs() };
    } catch (cause) {
      throw new ServiceUnreachableError(cause instanceof Error ? cause.message : 'no answer', cause);
    }
  }

  #learnClock({ response, sentMs, receivedMs }: Answer): void {
    this.#options.clockOffset.learnFromDateHeader(response.headers.get('date'), sentMs, receivedMs);
  }

  #parse<R extends RouteContract>(route: R, { text, sentMs, receivedMs }: Answer): RouteResponse<R> {
    const parsed = route.response.safeParse(text.length > maxAnswerCharacters ? undefined : parseJson(text));
    if (!parsed.success) throw new ServiceUnreachableError(`the answer to ${route.operationId} is not of the contract`);
    const answer = parsed.data;
    if (isTimed(answer)) this.#options.clockOffset.learnFromServerTime(answer.serverTime, sentMs, receivedMs);
    return answer as RouteResponse<R>;
  }
}

/**
 * A new token may help: this one was of another time, or API Gateway itself said no, without a problem document. That
 * says nothing of this device: the token may have waited too long on its way, or a proxy stands in between.
 */
function isAboutToken({ response, text }: Answer): boolean {
  if (response.status !== 401 && response.status !== 403) return false;
  const problem = problemNameOf(text);
  return problem === undefined || problem === 'unauthenticated';
}

function refusalOf({ response, text }: Answer): Error {
  const { status } = response;
  if (status >= 500 || status === 429 || status === 408) return new ServiceUnreachableError(`status ${status}`);
  const problem = problemNameOf(text);
  if (problem === 'agent-not-trusted') return new AgentNotTrustedError(status);
  const document = problemSchema.safeParse(parseJson(text));
  const detail = document.success ? (document.data.detail ?? document.data.title) : `status ${status}`;
  return new ServiceRefusedError(status, problem, detail);
}

function problemNameOf(text: string): ProblemName | undefined {
  const document = problemSchema.safeParse(parseJson(text));
  return document.success
    ? problemNames.find((name) => document.data.type === `urn:afterimage:problem:${name}`)
    : undefined;
}

function parseJson(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTimed(answer: unknown): answer is { serverTime: string } {
  return (
    typeof answer === 'object' && answer !== null && 'serverTime' in answer && typeof answer.serverTime === 'string'
  );
}

function fillPath(path: string, params: object | undefined): string {
  const values = new Map(Object.entries(params ?? {}));
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(values.get(name))));
}

function withQuery(url: string, query: object | undefined): string {
  const entries = Object.entries(query ?? {}).map(([name, value]) => [name, String(value)]);
  return entries.length === 0 ? url : `${url}?${new URLSearchParams(entries)}`;
}
