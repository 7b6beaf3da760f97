import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { height, width } from '../screen-workloads.ts';
import { officePictures, picturesPerSecond } from './office-hours.ts';

export const hasFfmpeg = (): boolean => spawnSync('ffmpeg', ['-version']).status === 0;

/** The same pictures as H.264, with a key image each minute. @returns the file */
export async function encodeVideo(folder: string, minutes: number, times: number): Promise<string> {
  const once1 = join(folder, `once-${minutes}.mp4`);
  const input = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'rgb0',
    '-s',
    `${width}x${height}`,
    '-r',
    `${picturesPerSecond}`,
    '-i',
    '-',
  ];
  const coding = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-pix_fmt', 'yuv420p'];
  const keys = ['-g', `${60 * picturesPerSecond}`, '-movflags', '+faststart'];
  const child = spawn('ffmpeg', ['-v', 'error', '-y', ...input, ...coding, ...keys, once1], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = once(child, 'exit');
  let last: Uint32Array<ArrayBuffer> = new Uint32Array(width * height);
  for (const pixels of officePictures(minutes)) {
    last = pixels ?? last;
    if (!child.stdin.write(new Uint8Array(last.buffer.slice(0)))) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  await ended;
  if (times === 1) return once1;
  const repeated = join(folder, `repeated-${minutes}x${times}.mp4`);
  const loop = ['-stream_loop', `${times - 1}`, '-i', once1, '-c', 'copy', '-movflags', '+faststart', repeated];
  spawnSync('ffmpeg', ['-v', 'error', '-y', ...loop], { stdio: 'inherit' });
  return repeated;
}

/** Serves one file by ranges, and a page with an empty `<video>`. */
export async function serveVideo(file: string): Promise<{ url: string; close(): void }> {
  const size = statSync(file).size;
  const server = createServer((request, response) => {
    if (request.url !== '/video.mp4') {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<video muted></video>');
      return;
    }
    const [, from = '0', to = ''] = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? '') ?? [];
    const start = Number(from);
    const end = to === '' ? size - 1 : Number(to);
    response.writeHead(206, {
      'content-type': 'video/mp4',
      'accept-ranges': 'bytes',
      'content-length': end - start + 1,
      'content-range': `bytes ${start}-${end}/${size}`,
    });
    createReadStream(file, { start, end }).pipe(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() };
}
