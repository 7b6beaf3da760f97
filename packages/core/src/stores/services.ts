import type { BusEvent, RecordingId } from '@afterimage/contracts';
import type { WrappedDataKey } from './recording-stores.ts';

export interface EventBus {
  /** All or an error: EventBridge reports failures one by one, the caller repeats them all. */
  publish(events: readonly BusEvent[]): Promise<void>;
}

export interface FinaliseQueue {
  send(recordingId: RecordingId): Promise<void>;
}

export interface ErasureQueue {
  send(recordingId: RecordingId): Promise<void>;
}

export interface QueueStatus {
  name: string;
  waiting: number;
  inFlight: number;
  delayed: number;
  deadLetters: number;
}

export interface QueueOperations {
  list(): Promise<QueueStatus[]>;
  /** How many are on their way back, or undefined for a queue that nobody knows. */
  redrive(queueName: string): Promise<number | undefined>;
}

/** Signs what the service attests. */
export interface ManifestSigner {
  /** ECDSA P-256 over SHA-256, DER, base64. */
  sign(bytes: Uint8Array): Promise<string>;
  /** SubjectPublicKeyInfo, DER, base64. */
  publicKey(): Promise<string>;
}

export interface WrappingKey {
  keyId: string;
  /** SubjectPublicKeyInfo, DER, base64. */
  publicKey(): Promise<string>;
}

export interface KeyUnwrapper {
  /** Undefined for bytes that were never wrapped with this key. */
  unwrap(key: WrappedDataKey): Promise<Uint8Array | undefined>;
}
