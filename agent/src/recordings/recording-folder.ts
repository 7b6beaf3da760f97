import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { recordingIdSchema } from '@afterimage/contracts';
import { makePrivateDirectory, syncDirectory } from '../files/durable-file.ts';
import { JsonFile } from '../files/json-file.ts';
import { SerialQueue } from '../files/serial-queue.ts';
import type { DeviceKey } from '../identity/device-key.ts';
import { type RecordingFacts, recordingFactsSchema } from './recording-facts.ts';
import { keepSecrets, type RecordingSecrets, readSecrets } from './recording-secrets.ts';

/** One recording's directory, from before its first frame until the service has all of it. */
export class RecordingFolder {
  readonly path: string;
  readonly secrets: RecordingSecrets;
  readonly #file: JsonFile<typeof recordingFactsSchema>;
  readonly #queue = new SerialQueue();
  #facts: RecordingFacts;

  static async create(
    recordingsPath: string,
    facts: RecordingFacts,
    secrets: RecordingSecrets,
    key: Pick<DeviceKey, 'deriveLocalKey'>,
  ): Promise<RecordingFolder> {
    const path = join(recordingsPath, facts.recordingId);
    await makePrivateDirectory(path);
    await keepSecrets(path, facts.recordingId, secrets, key);
    const folder = new RecordingFolder(path, facts, secrets);
    await folder.#file.write(facts);
    await syncDirectory(recordingsPath);
    return folder;
  }

  /** Oldest first. Directories in which no recording had begun are removed. */
  static async openAll(recordingsPath: string, key: Pick<DeviceKey, 'deriveLocalKey'>): Promise<RecordingFolder[]> {
    const folders: RecordingFolder[] = [];
    for (const name of (await readdir(recordingsPath)).sort()) {
      const path = join(recordingsPath, name);
      const recordingId = recordingIdSchema.safeParse(name);
      if (!recordingId.success) continue;
      const facts = await new JsonFile(join(path, 'recording.json'), recordingFactsSchema).read();
      const secrets = await readSecrets(path, recordingId.data, key);
      if (facts && secrets) folders.push(new RecordingFolder(path, facts, secrets));
      else await rm(path, { recursive: true });
    }
    return folders;
  }

  private constructor(path: string, facts: RecordingFacts, secrets: RecordingSecrets) {
    this.path = path;
    this.secrets = secrets;
    this.#facts = facts;
    this.#file = new JsonFile(join(path, 'recording.json'), recordingFactsSchema);
  }

  get facts(): RecordingFacts {
    return this.#facts;
  }

  /** Durable before anybody sees it. */
  change(change: Partial<RecordingFacts>): Promise<void> {
    return this.#queue.add(async () => {
      const changed = { ...this.#facts, ...change };
      await this.#file.write(changed);
      this.#facts = changed;
    });
  }

  /** Renamed first, so that a half-removed recording is never taken for one to be recovered. */
  async remove(): Promise<void> {
    const removed = `${this.path}.removed`;
    await rename(this.path, removed);
    await rm(removed, { recursive: true });
  }
}
