import { createConnection } from 'node:net';
import { type ControlAnswer, type ControlRequest, controlAnswerSchema, maxAnswerBytes } from './control-protocol.ts';

/** Nobody listens at a control socket, or the asker may not enter its directory. */
export class NoControlError extends Error {
  constructor(cause: unknown) {
    super('no agent can be asked here', { cause });
    this.name = 'NoControlError';
  }
}

const answerWithinMs = 15_000;

/** @throws NoControlError */
export async function askAgent(path: string, request: ControlRequest): Promise<ControlAnswer> {
  try {
    return controlAnswerSchema.parse(JSON.parse(await exchange(path, `${JSON.stringify(request)}\n`)));
  } catch (cause) {
    throw new NoControlError(cause);
  }
}

function exchange(path: string, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const connection = createConnection(path);
    let text = '';
    connection.setEncoding('utf8');
    connection.setTimeout(answerWithinMs, () => connection.destroy(new Error('the agent does not answer')));
    connection.once('connect', () => connection.write(line));
    connection.on('data', (data) => {
      text += data;
      if (text.length > maxAnswerBytes) connection.destroy(new Error('the answer is too long'));
    });
    connection.once('error', reject);
    connection.once('end', () => resolve(text));
  });
}
