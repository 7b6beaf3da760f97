import { composeEventIndexer } from '../_runtime/composition/event-indexer.ts';
import { streamConsumer } from '../_runtime/triggers/stream-consumer.ts';
import { EventIndexer } from './index-events.ts';

const { readImage, ...dependencies } = composeEventIndexer();
const indexer = new EventIndexer(dependencies);

export const handler = streamConsumer('event-indexer', (image, position) => indexer.index(readImage(image), position));
