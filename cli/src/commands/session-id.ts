import { type SessionId, sessionIdSchema } from '@afterimage/contracts';
import { InvalidArgumentError } from 'commander';

export function parseSessionId(text: string): SessionId {
  const id = sessionIdSchema.safeParse(text);
  if (!id.success) throw new InvalidArgumentError(`${text} is no session id; they look like ses_01j…`);
  return id.data;
}
