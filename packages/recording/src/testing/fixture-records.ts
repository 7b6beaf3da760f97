import { EPOCH_LENGTH_MS } from '../keys/key-derivation.ts';
import type { RecordingRecord } from '../records/record.ts';
import { samplePacket } from './sealing-kit.ts';

const rectangle = { x: -5, y: 6, width: 70, height: 80 };

/** One of every type of record, over two epochs. The committed fixture holds exactly these: never change them. */
export const fixtureRecords: readonly RecordingRecord[] = [
  samplePacket(0, true, 40),
  {
    type: 'layout',
    timeMs: 0,
    width: 64,
    height: 48,
    monitors: [{ name: 'DP-1', isPrimary: true, x: 0, y: 0, width: 64, height: 48 }],
  },
  {
    type: 'cursor-shape',
    timeMs: 0,
    shapeId: 1,
    width: 1,
    height: 2,
    hotspotX: 0,
    hotspotY: 1,
    rgba: Uint8Array.of(1, 2, 3, 255, 4, 5, 6, 0),
  },
  { type: 'cursor', timeMs: 5, x: -1, y: 300, shapeId: 1, isVisible: true },
  { type: 'mark', timeMs: 6, activity: 'active' },
  samplePacket(100, false, 10),
  {
    type: 'event',
    timeMs: 150,
    kind: 'window.activated',
    assertedBy: 'agent',
    fields: { title: 'Überweisung – 1/2', pid: 4711, nested: { list: [true, null, -0.5] } },
  },
  { type: 'rate-reduced', timeMs: 200, phase: 'begin', rectangle },
  { type: 'audio', timeMs: 210, bytes: Uint8Array.of(9, 8, 7) },
  { type: 'video', timeMs: 220, bytes: Uint8Array.of(6) },
  { type: 'rate-reduced', timeMs: 900, phase: 'end', rectangle },
  { type: 'block-begin', timeMs: 1000, reason: 'policy' },
  { type: 'block-end', timeMs: 2000, reason: 'policy' },
  samplePacket(2000, true, 50),
  { type: 'gap', timeMs: 3000, fromMs: 2100, toMs: 3000, reason: 'spool-full', lostCount: 0 },
  { type: 'gap', timeMs: 3500, fromMs: 3000, toMs: 3500, reason: 'agent-restarted' },
  { type: 'mark', timeMs: EPOCH_LENGTH_MS, activity: 'idle' },
  samplePacket(EPOCH_LENGTH_MS + 1, true, 30),
  { type: 'end', timeMs: EPOCH_LENGTH_MS + 2, reason: 'logoff' },
];
