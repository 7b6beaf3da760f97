import { MAX_MONITORS, type Monitor } from '@afterimage/recording';
import type { RandrExtension } from 'x11';
import type { PictureSize } from './pixel-transfer.ts';
import type { XConnection } from './x-connection.ts';

interface RawMonitor extends Omit<Monitor, 'name'> {
  readonly nameAtom: number;
}

const getMonitorsOpcode = 42;
const headerBytes = 24;
const monitorBytes = 24;

/** Monitors as RandR 1.5 tells them; one as large as the screen where it tells none. */
export async function readMonitors(
  connection: XConnection,
  randr: RandrExtension | undefined,
  size: PictureSize,
): Promise<Monitor[]> {
  const whole: Monitor = { name: 'screen', isPrimary: true, x: 0, y: 0, ...size };
  const hasMonitors = randr && (randr.major_version > 1 || randr.minor_version >= 5);
  if (!hasMonitors) return [whole];
  const raw = await requestMonitors(connection, randr);
  const monitors = await Promise.all(raw.slice(0, MAX_MONITORS).map((monitor) => withName(connection, monitor)));
  return monitors.length === 0 ? [whole] : monitors;
}

/** The package lacks this request. Source: randrproto 1.5, RRGetMonitors. */
function requestMonitors(connection: XConnection, randr: RandrExtension): Promise<RawMonitor[]> {
  const { client, root } = connection;
  const request = Buffer.alloc(12);
  request.writeUInt8(randr.majorOpcode, 0);
  request.writeUInt8(getMonitorsOpcode, 1);
  request.writeUInt16LE(3, 2);
  request.writeUInt32LE(root, 4);
  request.writeUInt8(1, 8);
  return connection.request((reply) => {
    client.seq_num++;
    client.pack_stream.put(request);
    client.replies[client.seq_num] = [parseMonitors, reply];
    client.pack_stream.submit(true);
  });
}

/**
 * ```
 * time u32 | monitors u32 | outputs u32 | 12 bytes | monitors: name atom u32, primary u8, automatic u8, outputs u16,
 *                                                    x i16, y i16, width u16, height u16, 8 bytes, outputs u32 each
 * ```
 */
function parseMonitors(body: Buffer): RawMonitor[] {
  const monitors: RawMonitor[] = [];
  const count = body.readUInt32LE(4);
  for (let at = headerBytes; monitors.length < count && at + monitorBytes <= body.length; ) {
    monitors.push({
      nameAtom: body.readUInt32LE(at),
      isPrimary: body.readUInt8(at + 4) === 1,
      x: body.readInt16LE(at + 8),
      y: body.readInt16LE(at + 10),
      width: body.readUInt16LE(at + 12),
      height: body.readUInt16LE(at + 14),
    });
    at += monitorBytes + 4 * body.readUInt16LE(at + 6);
  }
  return monitors;
}

async function withName(connection: XConnection, { nameAtom, ...place }: RawMonitor): Promise<Monitor> {
  const name = await connection.request<string>((reply) => connection.client.GetAtomName(nameAtom, reply));
  return { name, ...place };
}
