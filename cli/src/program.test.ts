import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeProblem } from '@afterimage/contracts';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createProgram } from './program.ts';
import { sessionFile, writeSession } from './session/stored-session.ts';
import { CannedServer } from './testing/canned-server.ts';

const recordingId = 'rec_01jbbbbbbbbbbbbbbbbbbbbbbb';

let server: CannedServer;
let home: string;

beforeEach(async () => {
  server = await CannedServer.start();
  home = mkdtempSync(join(tmpdir(), 'afterimage-cli-'));
});

afterEach(async () => {
  await server.stop();
  rmSync(home, { recursive: true });
});

async function run(args: string[], environment: Record<string, string> = {}) {
  let output = '';
  let errors = '';
  const program = createProgram({
    environment: { XDG_CONFIG_HOME: home, AFTERIMAGE_TOKEN: 'token', AFTERIMAGE_SERVER: server.url, ...environment },
    writeOut: (text) => {
      output += text;
    },
    writeError: (text) => {
      errors += text;
    },
  });
  return { exitCode: await program.run(args), output, errors };
}

const queues = {
  queues: [
    { name: 'ingest', waiting: 12, inFlight: 3, delayed: 0, deadLetters: 1 },
    { name: 'finalise', waiting: 0, inFlight: 0, delayed: 0, deadLetters: 0 },
  ],
  serverTime: '2026-11-22T10:00:00.000Z',
};

describe('usage', () => {
  test.each([
    [['nonsense'], 'unknown command'],
    [['recordings', 'show'], 'missing required argument'],
    [['recordings', 'show', 'nonsense'], 'nonsense is no recording id'],
    [['recordings', 'list', '--state', 'asleep'], 'Must be one of live'],
    [['recordings', 'list', '--limit', '0'], 'Must be 1 to 10000'],
    [['recordings', 'frame', recordingId, '--out', 'x.png'], "required option '--at <time>'"],
    [['recordings', 'frame', recordingId, '--at', 'noon', '--out', 'x.png'], 'Must be a time such as 12.3s'],
    [['agents', 'revoke', 'desk-7'], 'desk-7 is no agent id'],
    [['agents', 'reinstate', 'desk-7'], 'desk-7 is no agent id'],
    [['policies', 'activate', 'record-some'], 'record-some is no policy id'],
    [['roles', 'assign', 'King', 'user:ada'], 'Must be one of PolicyAdministrator'],
    [['roles', 'assign', 'Player', 'ada'], 'write user:NAME or group:NAME'],
    [['queue', 'status', '--server', 'nonsense'], 'nonsense is no address'],
  ])('%j ends with 2, says what is wrong and asks the server nothing', async (args, said) => {
    const { exitCode, output, errors } = await run(args);
    expect({ exitCode, output }).toEqual({ exitCode: 2, output: '' });
    expect(errors).toContain(said);
    expect(server.seen).toEqual([]);
  });

  test('help is no failure and needs no server', async () => {
    const { exitCode, output } = await run(['--help'], { AFTERIMAGE_SERVER: '' });
    expect(exitCode).toBe(0);
    for (const group of ['recordings', 'agents', 'policies', 'roles', 'queue']) expect(output).toContain(group);
  });

  test('without a server it asks for one', async () => {
    const program = createProgram({
      environment: { XDG_CONFIG_HOME: home },
      writeOut: () => {},
      writeError: (text) => expect(text).toContain('afterimage login --server URL'),
    });
    expect(await program.run(['queue', 'status'])).toBe(2);
    expect.assertions(2);
  });
});

describe('what the server refuses', () => {
  test('ends with 1 and says what happened, where, and the reference for an operator', async () => {
    const errors = [{ pointer: '/maxUses', detail: 'must be at least 1' }];
    const problem = makeProblem('invalid-request', { detail: 'Nothing was changed.', instance: 'req-1', errors });
    server.answers.set('POST /api/v1/enrolment-tokens', { status: 400, body: problem });
    expect(await run(['agents', 'enroll-token', '--uses', '0'])).toEqual({
      exitCode: 1,
      output: '',
      errors:
        'The request is not valid. Nothing was changed.\n  /maxUses: must be at least 1\nReference for your operator: req-1\n',
    });
  });

  test('says how to sign in when nobody is signed in', async () => {
    server.answers.set('GET /api/v1/queues', { status: 401, body: { message: 'Unauthorized' } });
    const { exitCode, errors } = await run(['queue', 'status']);
    expect(exitCode).toBe(1);
    expect(errors).toContain('Sign in with `afterimage login`.');
  });

  test('says that the service cannot be reached', async () => {
    const gone = await CannedServer.start();
    const { url } = gone;
    await gone.stop();
    const { exitCode, errors } = await run(['queue', 'status'], { AFTERIMAGE_SERVER: url });
    expect(exitCode).toBe(1);
    expect(errors).toContain('could not be reached');
  });
});

describe('output', () => {
  beforeEach(() => {
    server.answers.set('GET /api/v1/queues', { status: 200, body: queues });
  });

  test('is a table for people, in columns', async () => {
    const { exitCode, output } = await run(['queue', 'status']);
    expect(exitCode).toBe(0);
    expect(output).toBe(
      [
        'QUEUE     WAITING  IN FLIGHT  DELAYED  DEAD LETTERS',
        'ingest    12       3          0        1',
        'finalise  0        0          0        0',
        '',
      ].join('\n'),
    );
  });

  test.each([[['--json', 'queue', 'status']], [['queue', '--json', 'status']], [['queue', 'status', '--json']]])(
    'is the JSON of the answer with %j',
    async (args) => {
      const { exitCode, output } = await run(args);
      expect(exitCode).toBe(0);
      expect(JSON.parse(output)).toEqual(queues);
    },
  );

  test('of a new token is the token itself, and the uses and hours asked for reach the server', async () => {
    const enrolmentToken = { expiresAt: '2026-11-22T12:00:00.000Z', usesLeft: 5 };
    server.answers.set('POST /api/v1/enrolment-tokens', {
      status: 201,
      body: { token: 'enr_1.secret', enrolmentToken },
    });
    const { output } = await run(['agents', 'enroll-token', '--uses', '5', '--valid-for', '2', '--group', 'desks']);
    expect(output).toBe('Token:   enr_1.secret\nExpires: 2026-11-22T12:00:00.000Z\nHosts:   5\n');
    expect(server.seen[0]?.body).toEqual({ maxUses: 5, validForSeconds: 7200, machineGroup: 'desks' });
  });
});

describe('directory import', () => {
  const counts = { added: 2, changed: 1, removed: 0, unchanged: 4 };
  const people = 'userName\nada\n';
  let file: string;

  beforeEach(() => {
    file = join(home, 'people.csv');
    writeFileSync(file, `\uFEFF${people}`);
    server.answers.set('POST /api/v1/directory/imports', {
      status: 200,
      body: { users: counts, groups: { ...counts, added: 0 }, errors: [] },
    });
  });

  test('sends the file and counts what has changed', async () => {
    const { exitCode, output } = await run(['directory', 'import', file]);
    expect(exitCode).toBe(0);
    expect(server.seen[0]?.body).toEqual({ csv: people, mode: 'merge', isDryRun: false });
    expect(output.split('\n').map((line) => line.split(/ +/))).toEqual([
      ['', 'ADDED', 'CHANGED', 'REMOVED', 'UNCHANGED'],
      ['people', '2', '1', '0', '4'],
      ['groups', '0', '1', '0', '4'],
      [''],
    ]);
  });

  test('replaces and writes nothing where it is told to, and says so', async () => {
    const { output } = await run(['directory', 'import', file, '--replace', '--dry-run']);
    expect(server.seen[0]?.body).toMatchObject({ mode: 'replace', isDryRun: true });
    expect(output).toContain('Nothing was written.');
  });

  test('ends with 3 where lines are wrong, and names each', async () => {
    const errors = [{ line: 3, column: 'email', detail: 'Invalid email address' }];
    server.answers.set('POST /api/v1/directory/imports', {
      status: 200,
      body: { users: counts, groups: counts, errors },
    });
    const answer = await run(['directory', 'import', file]);
    expect([answer.exitCode, answer.errors]).toEqual([3, expect.stringContaining('Nothing was imported.')]);
    expect(answer.output).toMatch(/3 +email +Invalid email address/);
  });

  test.each([
    ['is not there', undefined],
    ['is not UTF-8', Buffer.from([0x75, 0xff, 0xfe])],
  ])('ends with 2 where the file %s, and asks the server nothing', async (_name, bytes) => {
    if (bytes === undefined) rmSync(file);
    else writeFileSync(file, bytes);
    const { exitCode, errors } = await run(['directory', 'import', file]);
    expect([exitCode, errors]).toEqual([2, expect.stringContaining(`${file} cannot be read`)]);
    expect(server.seen).toEqual([]);
  });
});

describe('the sign-in', () => {
  test('of one server is not sent to another', async () => {
    const session = {
      server: 'http://elsewhere.example',
      tokenEndpoint: 'http://elsewhere.example/token',
      clientId: 'c',
    };
    writeSession(sessionFile({ XDG_CONFIG_HOME: home }), {
      ...session,
      accessToken: 'of elsewhere',
      expiresAtMs: Date.now() + 3_600_000,
    });
    server.answers.set('GET /api/v1/queues', { status: 200, body: queues });
    const program = createProgram({
      environment: { XDG_CONFIG_HOME: home },
      writeOut: () => {},
      writeError: () => {},
    });
    expect(await program.run(['queue', 'status', '--server', server.url])).toBe(0);
    expect(server.seen).toMatchObject([{ authorization: undefined }]);
  });
});
