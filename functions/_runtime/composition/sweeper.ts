import { DynamoRecordingCatalog, DynamoRecordingStore, EventBridgeBus, SqsWorkQueue } from '@afterimage/aws';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { SQSClient } from '@aws-sdk/client-sqs';
import { readEnvironment } from '../environment.ts';
import { createLog } from '../logger.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composeSweeper() {
  const environment = readEnvironment('sweeper');
  const recordings = tableNamed(environment.RECORDINGS_TABLE);
  const log = createLog('sweeper');
  const sqs = new SQSClient({});
  return {
    quiet: new DynamoRecordingCatalog(recordings, systemClock.nowMs, (rowKey) =>
      log.error('recording row is unreadable', { rowKey }),
    ),
    recordings: new DynamoRecordingStore(recordings),
    finaliseQueue: new SqsWorkQueue(sqs, environment.FINALISE_QUEUE_URL, 'finalise'),
    erasureQueue: new SqsWorkQueue(sqs, environment.ERASURE_QUEUE_URL, 'erase'),
    bus: new EventBridgeBus(new EventBridgeClient({}), environment.EVENT_BUS),
    clock: systemClock,
    silenceMs: environment.SILENCE_SECONDS * 1000,
    messageLifeMs: environment.MESSAGE_LIFE_SECONDS * 1000,
    log,
  };
}
