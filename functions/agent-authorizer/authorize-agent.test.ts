import { beforeEach, describe, expect, test } from '@jest/globals';
import { type JWTPayload, SignJWT } from 'jose';
import { MemoryAgents } from '../_testing/memory-stores.ts';
import { SampleDevice } from '../_testing/sample-device.ts';
import { TestClock } from '../_testing/test-clock.ts';
import { AgentAuthorizer } from './authorize-agent.ts';

const request = { method: 'GET', path: '/agent/v1/commits' };

describe('AgentAuthorizer', () => {
  let clock: TestClock;
  let agents: MemoryAgents;
  let device: SampleDevice;
  let authorizer: AgentAuthorizer;

  beforeEach(async () => {
    clock = new TestClock();
    device = await SampleDevice.create(clock);
    agents = new MemoryAgents();
    agents.rows.set(device.agent.agentId, device.agent);
    authorizer = new AgentAuthorizer({ agents, clock });
  });

  const sign = (claims: JWTPayload = {}, signer = device) => {
    const iat = Math.floor(clock.nowMs() / 1000);
    const defaults = { iss: device.agent.agentId, aud: 'afterimage-agent', iat, exp: iat + 60, jti: 'token-id-0001' };
    return new SignJWT({ ...defaults, req: 'GET /agent/v1/commits', ...claims })
      .setProtectedHeader({ alg: 'EdDSA' })
      .sign(signer.keys.privateKey);
  };
  const verdictOf = async (token: string | undefined, changes: Partial<typeof request> = {}) => {
    const authorization = token === undefined ? undefined : `Bearer ${token}`;
    const verdict = await authorizer.authorize({ ...request, ...changes, authorization });
    return verdict.isAuthorized ? verdict.agentId : verdict.reason;
  };

  test('believes an enrolled device that signed exactly this request', async () => {
    expect(await verdictOf(await sign())).toBe(device.agent.agentId);
  });

  test('denies a token that was used before', async () => {
    const token = await sign();
    await verdictOf(token);
    expect(await verdictOf(token)).toBe('replayed');
  });

  test.each([
    ['expired', { iat: -300, exp: -180 }],
    ['an hour ahead', { iat: 3600, exp: 3660 }],
    ['an hour behind', { iat: -3600, exp: -3540 }],
    ['longer-lived than two minutes', { iat: 0, exp: 600 }],
  ])('denies a token that is %s', async (_name, { iat, exp }) => {
    const nowS = Math.floor(clock.nowMs() / 1000);
    expect(await verdictOf(await sign({ iat: nowS + iat, exp: nowS + exp }))).toBe('invalid');
  });

  test('denies a token for another audience', async () => {
    expect(await verdictOf(await sign({ aud: 'somebody-else' }))).toBe('invalid');
  });

  test('denies a token that another device signed', async () => {
    const other = await SampleDevice.create(clock);
    expect(await verdictOf(await sign({}, other))).toBe('invalid');
  });

  test('denies a token whose claims were changed after signing', async () => {
    const [header, , signature] = (await sign()).split('.');
    const [, body] = (await sign({ jti: 'token-id-0002' })).split('.');
    expect(await verdictOf(`${header}.${body}.${signature}`)).toBe('invalid');
  });

  test('denies a token that was signed for another method or path', async () => {
    expect(await verdictOf(await sign(), { method: 'POST' })).toBe('other-request');
    expect(await verdictOf(await sign(), { path: '/agent/v1/recordings' })).toBe('other-request');
  });

  test('denies an unknown agent and a request without a token', async () => {
    const stranger = await SampleDevice.create(clock);
    expect(await verdictOf(await sign({ iss: stranger.agent.agentId }, stranger))).toBe('unknown-agent');
    expect(await verdictOf(undefined)).toBe('no-token');
    expect(await verdictOf('a.b.c')).toBe('malformed');
  });

  test.each(['revoked', 'quarantined'] as const)('denies a %s agent', async (state) => {
    agents.rows.set(device.agent.agentId, { ...device.agent, state });
    expect(await verdictOf(await sign())).toBe('not-trusted');
  });

  test('notices within a minute that an agent was revoked', async () => {
    await verdictOf(await sign());
    agents.rows.set(device.agent.agentId, { ...device.agent, state: 'revoked' });
    clock.advance(30_000);
    expect(await verdictOf(await sign({ jti: 'token-id-0003' }))).toBe('not-trusted');
  });
});
