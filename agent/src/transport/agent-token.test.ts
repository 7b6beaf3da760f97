import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import { makeAgentId } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { makeAgentToken } from './agent-token.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const key = { sign: async (message: Uint8Array) => sign(null, message, privateKey) };
const agentId = makeAgentId({ nowMs: () => 0, randomBytes: (length) => new Uint8Array(length) });
const request = { method: 'POST', path: '/agent/v1/sessions' };

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());

describe('the agent token', () => {
  test('is signed by the device over header and claims', async () => {
    const token = await makeAgentToken(agentId, key, request, 1_700_000_000_000);
    const [header = '', payload = '', signature = ''] = token.split('.');
    const signed = Buffer.from(`${header}.${payload}`);
    expect(verify(null, signed, createPublicKey(privateKey), Buffer.from(signature, 'base64url'))).toBe(true);
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({ alg: 'EdDSA', typ: 'JWT' });
  });

  test('is bound to one request, one audience and one minute of the service clock', async () => {
    expect(claimsOf(await makeAgentToken(agentId, key, request, 1_700_000_000_900))).toMatchObject({
      iss: agentId,
      aud: 'afterimage-agent',
      iat: 1_700_000_000,
      exp: 1_700_000_060,
      req: 'POST /agent/v1/sessions',
    });
  });

  test('never repeats its jti', async () => {
    const tokens = await Promise.all([1, 2, 3].map(() => makeAgentToken(agentId, key, request, 0)));
    expect(new Set(tokens.map((token) => claimsOf(token).jti)).size).toBe(3);
  });
});
