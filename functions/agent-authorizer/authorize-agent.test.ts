import { agentRoutes } from '@afterimage/contracts';
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
    if ('agentId' in verdict) return verdict.agentId;
    return verdict.isAuthorized ? { refusal: verdict.refusal } : verdict.reason;
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
  ])('tells the device, and only it, that its token is %s', async (_name, { iat, exp }) => {
    const nowS = Math.floor(clock.nowMs() / 1000);
    const times = { iat: nowS + iat, exp: nowS + exp };
    expect(await verdictOf(await sign(times))).toEqual({ refusal: 'unauthenticated' });
    expect(await verdictOf(await sign(times, await SampleDevice.create(clock)))).toBe('invalid');
  });

  test('denies a token that lives longer than two minutes', async () => {
    const nowS = Math.floor(clock.nowMs() / 1000);
    expect(await verdictOf(await sign({ exp: nowS + 600 }))).toBe('invalid');
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

  test.each(['revoked', 'quarantined'] as const)('tells a %s agent so when it has proved who it is', async (state) => {
    agents.rows.set(device.agent.agentId, { ...device.agent, state });
    expect(await verdictOf(await sign())).toEqual({ refusal: 'agent-not-trusted' });
    expect(await verdictOf(await sign({}, await SampleDevice.create(clock)))).toBe('invalid');
    expect(await verdictOf(await sign(), { method: 'POST' })).toBe('other-request');
  });

  test.each(agentRoutes.filter(({ integration }) => integration.kind === 'queue'))(
    '$operationId, which no function answers, is denied at the door',
    async ({ method, path }) => {
      const req = `${method} ${path}`;
      const nowS = Math.floor(clock.nowMs() / 1000);
      expect(await verdictOf(await sign({ req, iat: nowS - 300, exp: nowS - 240 }), { method, path })).toBe('not-now');
      agents.rows.set(device.agent.agentId, { ...device.agent, state: 'revoked' });
      clock.advance(30_000);
      expect(await verdictOf(await sign({ req }), { method, path })).toBe('not-trusted');
    },
  );

  test('notices within a minute that an agent was revoked', async () => {
    await verdictOf(await sign());
    agents.rows.set(device.agent.agentId, { ...device.agent, state: 'revoked' });
    clock.advance(30_000);
    expect(await verdictOf(await sign({ jti: 'token-id-0003' }))).toEqual({ refusal: 'agent-not-trusted' });
  });
});
