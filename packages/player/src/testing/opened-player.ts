import { createNodeZstd } from '@afterimage/recording/zstd-node';
import { Player } from '../player.ts';
import type { PlayerOptions } from '../player-options.ts';
import type { RecordingSource } from '../source/recording-source.ts';
import { ManualTicker } from './manual-ticker.ts';
import { PictureRecorder } from './picture-recorder.ts';

export interface TestPlayer {
  readonly player: Player;
  readonly ticker: ManualTicker;
  readonly sink: PictureRecorder;
}

export function newPlayer(source: RecordingSource, options: Partial<PlayerOptions> = {}): TestPlayer {
  const ticker = new ManualTicker();
  const sink = new PictureRecorder();
  const { onTick, nowMs } = ticker;
  return { player: new Player({ source, sink, zstd: createNodeZstd(), onTick, nowMs, ...options }), ticker, sink };
}

export async function openPlayer(
  source: RecordingSource,
  how: { atMs?: number; plays?: boolean } = {},
  options: Partial<PlayerOptions> = {},
): Promise<TestPlayer> {
  const opened = newPlayer(source, options);
  await opened.ticker.settle(opened.player.open(how));
  return opened;
}
