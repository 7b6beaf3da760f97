import { listQueues, redriveQueue } from '@afterimage/contracts';
import { formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';

export const addQueueCommands: AddCommands = (program, _host, context) => {
  const queue = program.command('queue').description('work that waits, and work that failed');
  queue
    .command('status')
    .description('how full the queues and their dead-letter queues are')
    .action(async () => {
      const { api, print } = context();
      print(await api(listQueues, {}), ({ queues }) =>
        formatTable(
          ['QUEUE', 'WAITING', 'IN FLIGHT', 'DELAYED', 'DEAD LETTERS'],
          queues.map(({ name, ...counts }) => [
            name,
            ...[counts.waiting, counts.inFlight, counts.delayed, counts.deadLetters].map(String),
          ]),
        ),
      );
    });
  queue
    .command('redrive <name>')
    .description('moves dead letters back into their queue')
    .action(async (queueName: string) => {
      const { api, print } = context();
      print(await api(redriveQueue, { params: { queueName } }), ({ moving }) => `${moving} messages are moving back\n`);
    });
};
