import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  agentIdText,
  buildFooter,
  bytesToBase64,
  canonicalJson,
  chainStart,
  encodeManifest,
  FILE_HEADER_BYTES,
  hashManifest,
  indexEntryOf,
  manifestKeyIdOf,
  type RecordingManifest,
  recordingIdText,
  type SealedSegment,
  sealSegment,
  writeFileHeader,
} from '@afterimage/recording';
import { createManifestSigner, manifestOf } from '../../../packages/recording/src/testing/recording-kit.ts';
import {
  agentId,
  type Device,
  deviceOfSeed,
  sampleRecords,
  sealRecords,
} from '../../../packages/recording/src/testing/sealing-kit.ts';

export interface SampleRecording {
  readonly recordingId: string;
  /** Paths of its files and of its newest manifest. */
  readonly files: readonly string[];
  readonly manifestPath: string;
  readonly manifest: RecordingManifest;
  readonly segments: readonly SealedSegment[];
  /** Where each segment lies: which file, from which byte to which. */
  readonly places: readonly { readonly path: string; readonly byteRange: readonly [number, number] }[];
  readonly head: Uint8Array;
}

export interface SampleOptions {
  readonly counter?: number;
  readonly previousHead?: Uint8Array;
  readonly change?: Partial<RecordingManifest>;
  readonly certificate?: string | null;
}

/** Segments in each of the two files of a sample. */
const perFile = 3;

/** A folder of real recordings, each of two files of three segments, with all that proves them. */
export class SampleEvidence {
  readonly folder: string;
  readonly #device: Device;
  readonly #signer: Awaited<ReturnType<typeof createManifestSigner>>;

  static async create(folder: string): Promise<SampleEvidence> {
    const evidence = new SampleEvidence(folder, await deviceOfSeed(7), await createManifestSigner());
    await evidence.writeKeys({ validFrom: null, validUntil: null });
    return evidence;
  }

  private constructor(folder: string, device: Device, signer: Awaited<ReturnType<typeof createManifestSigner>>) {
    this.folder = folder;
    this.#device = device;
    this.#signer = signer;
  }

  async writeKeys(dates: { validFrom: string | null; validUntil: string | null }): Promise<void> {
    const { publicKeySpki } = this.#signer;
    const key = { keyId: await manifestKeyIdOf(publicKeySpki), publicKey: bytesToBase64(publicKeySpki), ...dates };
    const keySet = {
      format: 'afterimage-manifest-keys',
      formatVersion: 1,
      asOf: '2026-01-03T00:00:00Z',
      keys: [key],
    };
    await writeFile(join(this.folder, 'keys.json'), JSON.stringify(keySet));
  }

  /** Attests that a key belongs to the sample's agent. */
  async certificate(publicKey: Uint8Array = this.#device.rawPublicKey): Promise<string> {
    const payload = canonicalJson({
      agentId: agentIdText(agentId).toLowerCase(),
      enrolledAt: '2026-01-01T00:00:00.000Z',
      format: 'afterimage-device-certificate',
      hostName: 'desk-7',
      publicKey: bytesToBase64(publicKey),
      version: 1,
    });
    const signature = bytesToBase64(await this.#signer.sign(new TextEncoder().encode(payload)));
    return bytesToBase64(new TextEncoder().encode(JSON.stringify({ payload, signature })));
  }

  async add(options: SampleOptions = {}): Promise<SampleRecording> {
    const { counter = 1, previousHead = new Uint8Array(32), change } = options;
    const recordingId = new Uint8Array(16).fill(counter + 1);
    const segments = await this.#seal(recordingId, counter, previousHead);
    const folder = join(this.folder, recordingIdText(recordingId).toLowerCase());
    await mkdir(folder, { recursive: true });
    const lines: RecordingManifest['files'][number][] = [];
    const places: SampleRecording['places'][number][] = [];
    for (const fileNumber of [1, 2]) {
      const part = segments.slice((fileNumber - 1) * perFile, fileNumber * perFile);
      const path = join(folder, `i_${counter}${fileNumber}.air`);
      const { bytes, line } = await this.#fileOf(part, path);
      await writeFile(path, bytes);
      lines.push(line);
      let end = FILE_HEADER_BYTES;
      for (const segment of part) {
        places.push({ path, byteRange: [end, end + segment.bytes.length] });
        end += segment.bytes.length;
      }
    }
    const base = manifestOf(segments, this.#device, 1);
    const certificate = options.certificate === undefined ? await this.certificate() : options.certificate;
    const device = { ...base.device, certificate };
    const manifest = { ...base, recordingId: recordingIdText(recordingId), files: lines, device, ...change };
    const manifestPath = await this.writeManifest(folder, manifest);
    const head = segments.at(-1)?.hash ?? new Uint8Array(32);
    const files = [...new Set(places.map(({ path }) => path))];
    return { recordingId: manifest.recordingId, files, manifestPath, manifest, segments, places, head };
  }

  async writeManifest(folder: string, manifest: RecordingManifest): Promise<string> {
    const bytes = encodeManifest(manifest);
    const signature = bytesToBase64(await this.#signer.sign(bytes));
    const counter = manifest.device.recordingCounter;
    const path = join(folder, `i_${counter}2.manifest.v${manifest.manifestVersion}.json`);
    await writeFile(path, JSON.stringify({ manifest: new TextDecoder().decode(bytes), signature }));
    return path;
  }

  /** Version 2 of a recording's manifest, which names version 1. */
  async writeNextVersion({ manifest, manifestPath }: SampleRecording, change: Partial<RecordingManifest> = {}) {
    const previousManifestHash = await hashManifest(encodeManifest(manifest));
    const next = { ...manifest, manifestVersion: 2, previousManifestHash, ...change };
    return this.writeManifest(join(manifestPath, '..'), next);
  }

  async #seal(recordingId: Uint8Array, recordingCounter: number, previousRecordingHead: Uint8Array) {
    const device = { recordingCounter, previousRecordingHead };
    const planned = await sealRecords(sampleRecords({ segments: 2 * perFile }), this.#device, { recordingId, device });
    const segments: SealedSegment[] = [];
    let previousHash: Uint8Array = await chainStart(recordingId, agentId);
    for (const [index, { header }] of planned.entries()) {
      const fields = { ...header, fileNumber: index < perFile ? 1 : 2, previousHash };
      const segment = await sealSegment(fields, [], new Uint8Array(32), this.#device.signer);
      segments.push(segment);
      previousHash = segment.hash;
    }
    return segments;
  }

  async #fileOf(part: readonly SealedSegment[], path: string) {
    const first = part[0]?.header;
    const last = part.at(-1)?.header;
    if (first === undefined || last === undefined) throw new RangeError('a file holds segments');
    let offset = FILE_HEADER_BYTES;
    const entries = part.map(({ header, hash, bytes }) => {
      const entry = indexEntryOf(header, offset, hash);
      offset += bytes.length;
      return entry;
    });
    const { recordingId, fileNumber, sequence: firstSequence, previousHash } = first;
    const header = writeFileHeader({ recordingId, agentId, fileNumber, firstSequence, previousHash });
    const bytes = Buffer.concat([header, ...part.map((segment) => segment.bytes), await buildFooter(entries)]);
    const place = { fileNumber, objectKey: `2026/01/02/${path.split('/').at(-1)}`, sizeBytes: bytes.length };
    const line = { ...place, firstSequence, lastSequence: last.sequence, segmentCount: part.length };
    return { bytes, line };
  }
}
