import { parseArgs } from 'node:util';
import { startLocalCloud } from '@afterimage/localcloud';
import { people } from './people.ts';

/** Runs localcloud with the demo people in a process of its own, so that it can be killed like a power cut would. */
const { values } = parseArgs({
  options: {
    assembly: { type: 'string' },
    data: { type: 'string' },
    port: { type: 'string', default: '0' },
    'allow-faults': { type: 'boolean', default: false },
  },
});
if (values.assembly === undefined || values.data === undefined) throw new Error('--assembly and --data are needed');

const cloud = await startLocalCloud({
  assemblyDirectory: values.assembly,
  dataDirectory: values.data,
  port: Number(values.port),
  allowFaults: values['allow-faults'],
  demoUsers: Object.values(people),
  log: (level, message, fields) => {
    if (level === 'warn' || level === 'error')
      process.stderr.write(`${JSON.stringify({ level, message, ...fields })}\n`);
  },
});
process.send?.({ endpoint: cloud.endpoint, outputs: cloud.outputs });

let isStopping = false;
const stop = () => {
  if (isStopping) return;
  isStopping = true;
  cloud.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
// A signal may come twice: from the parent, and to the whole group.
process.on('SIGTERM', stop);
// Ctrl-C reaches the whole group of processes; the parent decides in which order it ends.
process.on('SIGINT', () => {});
process.on('disconnect', stop);
