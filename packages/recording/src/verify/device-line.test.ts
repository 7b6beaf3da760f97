import { describe, expect, test } from '@jest/globals';
import { followDevices, type LinkedRecording } from './device-line.ts';

const none = '00'.repeat(32);
const headOf = (counter: number) => `head ${counter}`;

function recording(counter: number, change: Partial<LinkedRecording> = {}): LinkedRecording {
  return {
    recordingId: `rec_${counter}`,
    agentId: 'agt_1',
    counter,
    previousHead: counter === 1 ? none : headOf(counter - 1),
    head: headOf(counter),
    isEndAttested: true,
    ...change,
  };
}

describe('the recordings of a device', () => {
  test('in any order, each after the one before, leave nothing to say', () => {
    expect(followDevices([recording(3), recording(1), recording(2)])).toEqual([]);
  });

  test('of sessions at one time may follow any earlier one', () => {
    const sessions = [recording(1), recording(2, { previousHead: none }), recording(3, { previousHead: headOf(1) })];
    expect(followDevices(sessions)).toEqual([]);
  });

  test.each<[string, number[], unknown[]]>([
    ['at the start', [3], [{ counters: [1, 2], before: 'rec_3' }]],
    ['in the middle', [1, 5], [{ counters: [2, 4], after: 'rec_1', before: 'rec_5' }]],
    [
      'twice',
      [1, 3, 5],
      [
        { counters: [2, 2], after: 'rec_1', before: 'rec_3' },
        { counters: [4, 4], after: 'rec_3', before: 'rec_5' },
      ],
    ],
  ])('that are missing %s are named by number and neighbours', (_, counters, holes) => {
    const found = followDevices(counters.map((counter) => recording(counter)));
    expect(found).toEqual(holes.map((hole) => ({ kind: 'recordings-missing', agentId: 'agt_1', ...Object(hole) })));
  });

  test('that share a number are named together', () => {
    const twins = [
      recording(1),
      recording(2),
      recording(2, { recordingId: 'rec_b' }),
      recording(2, { recordingId: 'rec_c' }),
    ];
    const recordingIds = ['rec_2', 'rec_b', 'rec_c'];
    expect(followDevices(twins)).toEqual([{ kind: 'counter-repeated', agentId: 'agt_1', counter: 2, recordingIds }]);
  });

  test('that follow none of the others, though all are here, are called out', () => {
    const found = followDevices([recording(1), recording(2, { previousHead: 'another' })]);
    expect(found).toEqual([{ kind: 'link-broken', agentId: 'agt_1', recordingId: 'rec_2', counter: 2 }]);
  });

  test('whose end never arrived may be followed under a head that nobody knows', () => {
    const cut = recording(1, { isEndAttested: false });
    expect(followDevices([cut, recording(2, { previousHead: 'the end that never arrived' })])).toEqual([]);
  });

  test('are counted for each device alone', () => {
    const other = recording(2, { agentId: 'agt_2' });
    expect(followDevices([recording(1), recording(2), other])).toMatchObject([
      { kind: 'recordings-missing', agentId: 'agt_2', counters: [1, 1] },
    ]);
  });
});
