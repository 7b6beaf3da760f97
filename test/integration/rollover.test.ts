import { getManifest, listSegments, type Recording, type RecordingId } from '@afterimage/contracts';
import type { SealedSegment } from '@afterimage/recording';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ConsoleBrowser } from '../browser/console-browser.ts';
import { WatchedPlayer } from '../browser/watched-player.ts';
import { runCommand, runForJson } from '../support/command-line.ts';
import { pictureOf } from '../support/known-screen.ts';
import { pollUntil } from '../support/poll-until.ts';
import { chunkOf, RawAgent } from '../support/raw-agent.ts';
import { recordingIn, showRecording } from '../support/recordings.ts';
import { pictureMs, sealPictures } from '../support/sealed-pictures.ts';
import { countDifferences, frameAt } from '../support/shown-frame.ts';
import { people, type Stack, startStack } from '../support/stack.ts';

const pictures = { count: 14, perFile: 5, width: 160, height: 100 };
/** Of the boundaries: the last picture of a file, the first of the next, and the middle of one. */
const lookedAt = [0, 4, 5, 7, 9, 10, 13];

let stack: Stack;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(async () => {
  await stack?.close();
});

const differencesAt = async (recordingId: RecordingId, number: number) => {
  const shown = await frameAt(stack, recordingId, number * pictureMs + 500);
  return countDifferences(shown, pictureOf(number, pictures.width, pictures.height));
};

describe('a session in several files', () => {
  let agent: RawAgent;
  let recordingId: RecordingId;
  let segments: SealedSegment[];
  const upload = (from: number, to: number) => agent.upload(recordingId, chunkOf(...segments.slice(from, to)));
  const withFiles = (count: number) =>
    pollUntil(`${count} files are sealed`, async () => {
      const recording = await showRecording(stack, recordingId);
      return recording.files.length === count && recording;
    });
  const stores = async () => {
    const { sources, segments: listed } = await stack.api(people.reviewer)(listSegments, { params: { recordingId } });
    return listed.map(({ source }) => (sources[source]?.url.includes('.air') === true ? 'file' : 'chunk'));
  };

  beforeAll(async () => {
    agent = await RawAgent.enrol(stack);
    recordingId = await agent.begin();
    segments = await sealPictures(agent.device, recordingId, pictures);
  });

  test('STO-009 PLY-090 seals the first file while the session goes on, and reads it with the chunks as one', async () => {
    await upload(0, 4);
    await upload(4, 7);
    const recording = await withFiles(1);
    expect(recording).toMatchObject({
      state: 'live',
      files: [
        {
          fileNumber: 1,
          firstSequence: 1,
          lastSequence: 5,
          objectKey: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/i_/),
        },
      ],
    });
    expect(await stores()).toEqual([...Array(5).fill('file'), ...Array(2).fill('chunk')]);
    for (const number of [0, 4, 5, 6]) expect([number, await differencesAt(recordingId, number)]).toEqual([number, 0]);
    const verified = await runCommand(stack, people.reviewer, 'recordings', 'verify', recordingId);
    expect(verified).toMatchObject({ exitCode: 0, output: expect.stringMatching(/^intact, end not attested/) });
  });

  test('is sealed to the same files when arrivals are mixed up and the machine is killed while it seals', async () => {
    await upload(9, 12);
    await upload(5, 8);
    await upload(7, 10);
    await stack.kill();
    await stack.start();
    expect(await withFiles(2)).toMatchObject({ state: 'live', files: [{}, { firstSequence: 6, lastSequence: 10 }] });
    await upload(10, segments.length);
    await upload(0, 4);
    const recording = await recordingIn(stack, recordingId, 'complete', 60_000);
    expect(recording.files.map(({ fileNumber, firstSequence }) => [fileNumber, firstSequence])).toEqual([
      [1, 1],
      [2, 6],
      [3, 11],
    ]);
    expect(recording.gaps).toEqual([]);
    expect(new Set(await stores())).toEqual(new Set(['file']));
  });

  test('PLY-007: has one manifest, the third, that lists all files and names the version before', async () => {
    const { manifest } = await stack.api(people.reviewer)(getManifest, { params: { recordingId } });
    expect(JSON.parse(manifest)).toMatchObject({
      manifestVersion: 3,
      previousManifestHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      state: 'complete',
      isEndAttested: true,
      files: [{ fileNumber: 1 }, { fileNumber: 2 }, { fileNumber: 3 }],
    });
    expect(await runForJson(stack, people.reviewer, 'recordings', 'verify', recordingId)).toMatchObject({
      verdict: 'intact-and-complete',
      findings: [],
      segmentCount: segments.length,
    });
    const shown = await runForJson<Recording>(stack, people.reviewer, 'recordings', 'show', recordingId);
    expect(shown.files).toHaveLength(3);
  });

  test('STO-009 shows the exact pixels on both sides of each boundary', async () => {
    for (const number of lookedAt) expect([number, await differencesAt(recordingId, number)]).toEqual([number, 0]);
  });

  test('STO-009 plays as one in a browser, pixel for pixel', async () => {
    const browser = await ConsoleBrowser.launch(stack.endpoint);
    try {
      const player = new WatchedPlayer(await browser.openAs(people.reviewer, '/recordings'));
      for (const number of [4, 5, 10]) {
        await player.openAt(recordingId, number * pictureMs + 500);
        const expected = pictureOf(number, pictures.width, pictures.height);
        expect([number, countDifferences(await player.pixels(), expected)]).toEqual([number, 0]);
      }
    } finally {
      await browser.close();
    }
  });
});
