import { getRecording, openPlayback, type Role } from '@afterimage/contracts';
import type { Identity } from '@afterimage/core';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { httpEvent, lambdaContext } from '../../_testing/http-events.ts';
import { MemoryAudit } from '../../_testing/memory-audit.ts';
import { TestClock } from '../../_testing/test-clock.ts';
import { reviewerApi, viewerApi } from './reviewer-api.ts';
import { done, refuse, serve } from './route-binding.ts';
import { Standings } from './standings.ts';

process.env.AWS_LAMBDA_LOG_LEVEL = 'FATAL';

const recordingId = 'rec_01jbbbbbbbbbbbbbbbbbbbbbbb';
const show = { method: 'GET', path: `/api/v1/recordings/${recordingId}`, params: { recordingId } };
const open = { method: 'POST', path: `${show.path}/playbacks`, params: show.params };
const claims = { username: 'ada', 'cognito:groups': ['reviewers', 'auditors'] };
const viewerPublicKey = { kty: 'RSA', n: 'n'.repeat(342), e: 'AQAB' };

describe('reviewerApi', () => {
  let audit: MemoryAudit;
  let held: Role[];
  let isActive: boolean;
  let ran: string[];
  let letGo: string[];

  beforeEach(() => {
    audit = new MemoryAudit(new TestClock());
    held = ['Player'];
    isActive = true;
    ran = [];
    letGo = [];
  });

  const call = async (event: Parameters<typeof httpEvent>[0]) => {
    const standings = {
      find: async (_identity: unknown, among: readonly Role[]) => ({
        isActive,
        roles: new Set(among.filter((role) => held.includes(role))),
        groups: [],
      }),
    };
    const handler = reviewerApi('test', { standings, audit }, [
      serve(
        getRecording,
        async () => {
          ran.push('getRecording');
          return refuse('recording-not-found', 'There is no such recording.');
        },
        {
          whenDenied: async (_dependencies, { params }) => {
            expect(audit.rows.at(-1)).toEqual({ outcome: isActive ? 'role-missing' : 'person-inactive' });
            letGo.push(params.recordingId);
          },
        },
      ),
      serve(openPlayback, async (_dependencies, { body }) => {
        ran.push('openPlayback');
        expect(audit.rows).toHaveLength(1);
        if (body.justification === 'fail') throw new Error('the content of a request');
        return done({
          playbackId: 'pbk_01jbbbbbbbbbbbbbbbbbbbbbbb' as never,
          expiresAt: '2026-11-22T18:00:00.000Z',
          keys: [],
          more: 'x',
        });
      }),
    ]);
    const response = await handler(httpEvent(event), lambdaContext);
    return { ...response, json: JSON.parse(response.body) };
  };

  test('writes the intent before the effect and the outcome after', async () => {
    const response = await call({ ...open, claims, body: { viewerPublicKey } });
    expect(response.statusCode).toBe(201);
    expect(audit.rows).toEqual([
      {
        intent: {
          actor: 'ada',
          action: 'playback.open',
          subject: recordingId,
          requestId: 'request-1',
          sourceAddress: '192.0.2.1',
        },
      },
      { outcome: 'succeeded' },
    ]);
  });

  test('lets out nothing that the contract does not name, and nothing to be cached', async () => {
    const { json, headers } = await call({ ...open, claims, body: { viewerPublicKey } });
    expect(Object.keys(json)).toEqual(['playbackId', 'expiresAt', 'keys']);
    expect(headers['cache-control']).toBe('no-store');
  });

  test('does nothing where the intent can’t be written', async () => {
    audit.noteIntent = async () => Promise.reject(new Error('the table is away'));
    expect(await call({ ...open, claims, body: { viewerPublicKey } })).toMatchObject({ statusCode: 500 });
    expect(ran).toEqual([]);
  });

  test('refuses a person without the role with 403, and audits the attempt', async () => {
    held = ['LoggingReader'];
    const { statusCode, json, headers } = await call({ ...show, claims });
    expect([statusCode, json.type]).toEqual([403, 'urn:afterimage:problem:role-missing']);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(audit.rows).toMatchObject([{ intent: { action: 'recording.show' } }, { outcome: 'role-missing' }]);
    expect(ran).toEqual([]);
  });

  test('lets go of what a person held who has lost the role, and of nothing else', async () => {
    await call({ ...show, claims });
    expect(letGo).toEqual([]);
    held = [];
    expect(await call({ ...show, claims })).toMatchObject({ statusCode: 403 });
    expect(letGo).toEqual([recordingId]);
    expect(ran).toEqual(['getRecording']);
  });

  test('refuses who is inactive with a reason of its own, audits it, and lets go of what they held', async () => {
    isActive = false;
    const { statusCode, json } = await call({ ...show, claims });
    expect([statusCode, json.type]).toEqual([403, 'urn:afterimage:problem:person-inactive']);
    expect(json.detail).toContain('The directory calls you inactive');
    expect(audit.rows).toMatchObject([{ intent: { action: 'recording.show' } }, { outcome: 'person-inactive' }]);
    expect([letGo, ran]).toEqual([[recordingId], []]);
  });

  test('answers a problem of the use case with its status, and audits it', async () => {
    const { statusCode, json } = await call({ ...show, claims });
    expect([statusCode, json.type, json.instance]).toEqual([
      404,
      'urn:afterimage:problem:recording-not-found',
      'request-1',
    ]);
    expect(audit.rows).toMatchObject([{}, { outcome: 'recording-not-found' }]);
  });

  test('points at each fault of the input', async () => {
    const { statusCode, json } = await call({
      ...open,
      claims,
      body: { viewerPublicKey: { ...viewerPublicKey, n: 'short' }, justification: 7 },
    });
    expect(statusCode).toBe(400);
    expect(json.errors.map((error: { pointer: string }) => error.pointer)).toEqual([
      '/viewerPublicKey/n',
      '/justification',
    ]);
    const wrongId = await call({ ...show, params: { recordingId: 'x' }, path: '/api/v1/recordings/x', claims });
    expect(wrongId.json.errors[0].pointer).toBe('recordingId');
  });

  test.each([
    ['no JSON', { rawBody: '{' }, 400, 'invalid-request'],
    ['another media type', { rawBody: 'x', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported-media-type'],
    ['more than 1 MiB', { rawBody: ' '.repeat(1024 * 1024 + 1) }, 413, 'payload-too-large'],
  ])('refuses %s', async (_name, body, status, problem) => {
    const { statusCode, json } = await call({ ...open, claims, ...body });
    expect([statusCode, json.type]).toEqual([status, `urn:afterimage:problem:${problem}`]);
  });

  test('refuses a token that names nobody', async () => {
    expect(await call({ ...show, claims: {} })).toMatchObject({ statusCode: 401 });
  });

  test('an address that no contract names is not found, whatever the method', async () => {
    expect(await call({ method: 'DELETE', path: show.path, claims })).toMatchObject({ statusCode: 404 });
    expect(await call({ method: 'GET', path: '/api/v1/other', claims })).toMatchObject({ statusCode: 404 });
  });

  test('a failure is a problem without its message, and has its outcome row', async () => {
    const response = await call({ ...open, claims, body: { viewerPublicKey, justification: 'fail' } });
    expect(response.statusCode).toBe(500);
    expect(response.body).not.toContain('the content of a request');
    expect(audit.rows).toMatchObject([{}, { outcome: 'internal' }]);
  });
});

describe('viewerApi', () => {
  test('finds the groups of a caller once in a call, for the roles and for what the caller may see', async () => {
    const asked: string[] = [];
    const directory = {
      findEntry: async (userName: string) => {
        asked.push(userName);
        return { isActive: true, groups: ['Night'] };
      },
    };
    const roles = { findHeld: async () => new Set<Role>(['Player']) };
    const dependencies = {
      audit: new MemoryAudit(new TestClock()),
      standings: new Standings({ roles, directory, bootstrapGroup: 'administrators' }),
      seenBy: (viewer: Identity) => ({ viewer }),
    };
    const seen: Identity[] = [];
    const handler = viewerApi('test', dependencies, [
      serve(getRecording, async ({ viewer }: { viewer: Identity }) => {
        seen.push(viewer);
        return refuse('recording-not-found', 'There is no such recording.');
      }),
    ]);
    await handler(httpEvent({ ...show, claims }), lambdaContext);
    expect(seen).toEqual([{ userName: 'ada', groups: ['reviewers', 'auditors', 'Night'] }]);
    expect(asked).toEqual(['ada']);
  });
});
