import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface RecordedFrame {
  readonly index: number;
  /** BGRX, valid until the next frame. */
  readonly pixels: Uint32Array<ArrayBuffer>;
}

export interface VideoInfo {
  readonly width: number;
  readonly height: number;
  readonly framesPerSecond: number;
}

/** What ffprobe says about the first video stream of a file. */
export async function probeVideo(file: string): Promise<VideoInfo> {
  const entries = 'stream=width,height,r_frame_rate';
  const probe = spawn('ffprobe', [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    entries,
    '-of',
    'csv=p=0',
    file,
  ]);
  const [width, height, rate] = (await readAll(probe)).toString().trim().split(',');
  const [count, seconds] = (rate ?? '').split('/').map(Number);
  if (!width || !height || !count || !seconds) throw new Error(`ffprobe does not know ${file}`);
  return { width: Number(width), height: Number(height), framesPerSecond: count / seconds };
}

/** Decodes a lossless video with ffmpeg, one frame in memory at a time. */
export async function* readFrames(file: string, { width, height }: VideoInfo): AsyncGenerator<RecordedFrame> {
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-i', file, '-f', 'rawvideo', '-pix_fmt', 'bgr0', 'pipe:1'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const frame = Buffer.from(new ArrayBuffer(width * height * 4));
  const pixels = new Uint32Array(frame.buffer);
  let filled = 0;
  let index = 0;
  for await (const piece of ffmpeg.stdout as AsyncIterable<Buffer>) {
    for (let from = 0; from < piece.length; ) {
      const taken = piece.copy(frame, filled, from);
      from += taken;
      filled += taken;
      if (filled < frame.length) continue;
      yield { index: index++, pixels };
      filled = 0;
    }
  }
  if (filled > 0 || index === 0) throw new Error(`${file} did not decode to whole frames`);
}

/** Bytes and CPU of lossy H.264 over the same frames, those that repeat the one before dropped. */
export async function measureH264(file: string): Promise<{ bytes: number; cpuMs: number }> {
  const decimate = 'mpdecimate=hi=1:lo=1:frac=0';
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-pix_fmt', 'yuv420p', '-g', '100'];
  const coded = await runFfmpeg([
    '-i',
    file,
    '-vf',
    decimate,
    '-fps_mode',
    'vfr',
    ...codec,
    '-f',
    'matroska',
    'pipe:1',
  ]);
  const decoded = await runFfmpeg(['-i', file, '-vf', decimate, '-fps_mode', 'vfr', '-f', 'null', '-']);
  return { bytes: coded.bytes, cpuMs: coded.cpuMs - decoded.cpuMs };
}

async function runFfmpeg(args: readonly string[]): Promise<{ bytes: number; cpuMs: number }> {
  const ffmpeg = spawn('ffmpeg', ['-nostdin', '-benchmark', ...args]);
  let log = '';
  ffmpeg.stderr.on('data', (text: Buffer) => {
    log = (log + text.toString()).slice(-4096);
  });
  const { length: bytes } = await readAll(ffmpeg);
  const [, user, system] = /utime=([\d.]+)s stime=([\d.]+)s/.exec(log) ?? [];
  return { bytes, cpuMs: (Number(user) + Number(system)) * 1000 };
}

async function readAll(child: ChildProcess & { readonly stdout: AsyncIterable<Buffer> }): Promise<Buffer> {
  const exited = once(child, 'close');
  const pieces: Buffer[] = [];
  for await (const piece of child.stdout) pieces.push(piece);
  const [code] = await exited;
  if (code !== 0) throw new Error(`${child.spawnfile} ended with ${code}`);
  return Buffer.concat(pieces);
}
