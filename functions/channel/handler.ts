import { composeChannel } from '../_runtime/composition/channel.ts';
import { channelConsumer } from '../_runtime/triggers/channel-consumer.ts';
import { admit } from './admit.ts';
import { passOn } from './pass-on.ts';
import { takeLeave } from './take-leave.ts';

const dependencies = composeChannel();

export const handler = channelConsumer('channel', {
  connected: (connection) => admit(dependencies, connection),
  disconnected: (connectionId) => takeLeave(dependencies, connectionId),
  happened: (event) => passOn(dependencies, event),
});
