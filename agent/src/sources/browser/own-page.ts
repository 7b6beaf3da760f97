import type { DevToolsConnection } from './devtools-connection.ts';
import { attachedSchema, evaluatedSchema, targetCreatedSchema, targetDestroyedSchema } from './devtools-events.ts';

/** A page of the agent's own in the recorded browser. */
export class OwnPage {
  /** Resolves once the page has gone, whoever closed it. */
  readonly closed: Promise<void>;
  readonly #connection: DevToolsConnection;
  readonly #targetId: string;
  readonly #sessionId: string;
  #isClosed = false;

  /** @param onKnown called before anything else is told of the page. @throws DevToolsError */
  static async open(
    connection: DevToolsConnection,
    { url, isBehind }: { readonly url: string; readonly isBehind: boolean },
    onKnown: (targetId: string) => void,
  ): Promise<OwnPage> {
    const created = await connection.send('Target.createTarget', { url, background: isBehind });
    const { targetId } = targetCreatedSchema.parse(created);
    onKnown(targetId);
    const attached = await connection.send('Target.attachToTarget', { targetId, flatten: true });
    const { sessionId } = attachedSchema.parse(attached);
    return new OwnPage(connection, targetId, sessionId);
  }

  private constructor(connection: DevToolsConnection, targetId: string, sessionId: string) {
    this.#connection = connection;
    this.#targetId = targetId;
    this.#sessionId = sessionId;
    const { promise, resolve } = Promise.withResolvers<void>();
    const forget = connection.onEvent(({ method, params }) => {
      if (method !== 'Target.targetDestroyed') return;
      if (targetDestroyedSchema.parse(params).targetId === targetId) resolve();
    });
    this.closed = Promise.race([promise, connection.closed]).finally(() => {
      this.#isClosed = true;
      forget();
    });
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** @returns what the expression, or the promise that it is, comes to; never while the page is gone */
  async evaluate(expression: string): Promise<unknown> {
    const parameters = { expression, awaitPromise: true, returnByValue: true };
    const answer = await this.#connection.send('Runtime.evaluate', parameters, this.#sessionId);
    return evaluatedSchema.parse(answer).result.value;
  }

  async close(): Promise<void> {
    await this.#connection.send('Target.closeTarget', { targetId: this.#targetId }).catch(() => undefined);
  }
}
