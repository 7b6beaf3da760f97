import { randomUUID } from 'node:crypto';
import type { AgentId } from '@afterimage/contracts';
import type { DeviceKey } from '../identity/device-key.ts';

export const agentTokenAudience = 'afterimage-agent';
const lifetimeSeconds = 60;

/**
 * A JWT (RFC 7519, EdDSA as in RFC 8037) for one request: `req` binds method and path, `jti` is never used again.
 *
 * @param nowMs the service's clock as the agent knows it
 */
export async function makeAgentToken(
  agentId: AgentId,
  key: Pick<DeviceKey, 'sign'>,
  request: { method: string; path: string },
  nowMs: number,
): Promise<string> {
  const issuedAt = Math.floor(nowMs / 1000);
  const signed = `${encodeJson({ alg: 'EdDSA', typ: 'JWT' })}.${encodeJson({
    iss: agentId,
    aud: agentTokenAudience,
    iat: issuedAt,
    exp: issuedAt + lifetimeSeconds,
    jti: randomUUID(),
    req: `${request.method} ${request.path}`,
  })}`;
  const signature = await key.sign(Buffer.from(signed));
  return `${signed}.${Buffer.from(signature).toString('base64url')}`;
}

function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
