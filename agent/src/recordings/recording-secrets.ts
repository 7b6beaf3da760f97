import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { RecordingId } from '@afterimage/contracts';
import { DATA_KEY_BYTES } from '@afterimage/recording';
import { readFileIfAny, replaceFile } from '../files/durable-file.ts';
import type { DeviceKey } from '../identity/device-key.ts';

/** What lets this host seal further segments of a recording and read its journal. */
export interface RecordingSecrets {
  readonly dataKey: Uint8Array;
  readonly journalKey: Uint8Array;
}

const journalKeyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

export function makeRecordingSecrets(): RecordingSecrets {
  return { dataKey: randomBytes(DATA_KEY_BYTES), journalKey: randomBytes(journalKeyBytes) };
}

/** `nonce (12) | AES-256-GCM of data key and journal key | tag (16)`, the recording's id as associated data. */
export async function keepSecrets(
  directory: string,
  recordingId: RecordingId,
  secrets: RecordingSecrets,
  key: Pick<DeviceKey, 'deriveLocalKey'>,
): Promise<void> {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(key), nonce).setAAD(Buffer.from(recordingId));
  const sealed = [cipher.update(secrets.dataKey), cipher.update(secrets.journalKey), cipher.final()];
  await replaceFile(join(directory, 'secrets'), Buffer.concat([nonce, ...sealed, cipher.getAuthTag()]));
}

/**
 * @returns undefined when there are none: the agent died before anything was recorded
 * @throws when they were sealed by another device or altered
 */
export async function readSecrets(
  directory: string,
  recordingId: RecordingId,
  key: Pick<DeviceKey, 'deriveLocalKey'>,
): Promise<RecordingSecrets | undefined> {
  const bytes = await readFileIfAny(join(directory, 'secrets'));
  if (!bytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(key), bytes.subarray(0, nonceBytes));
  decipher.setAAD(Buffer.from(recordingId)).setAuthTag(bytes.subarray(-tagBytes));
  const opened = Buffer.concat([decipher.update(bytes.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  return { dataKey: opened.subarray(0, DATA_KEY_BYTES), journalKey: opened.subarray(DATA_KEY_BYTES) };
}

function sealingKey(key: Pick<DeviceKey, 'deriveLocalKey'>): Buffer {
  return key.deriveLocalKey('recording secrets');
}
