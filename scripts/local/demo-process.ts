import { startDemo } from '../../demo/run.ts';

/** Records the sample application in a process of its own: encoding must not hold up what it is sent to. */
const { DEMO_SERVER: serverUrl, DEMO_TOKEN: enrolmentToken, DEMO_DATA: dataDirectory } = process.env;
if (serverUrl === undefined || enrolmentToken === undefined || dataDirectory === undefined) {
  throw new Error('DEMO_SERVER, DEMO_TOKEN and DEMO_DATA are needed');
}

const demo = await startDemo({
  serverUrl,
  enrolmentToken,
  dataDirectory,
  finishedRecordings: 1,
  log: (line) => process.stdout.write(`${line}\n`),
});
let isStopping = false;
const stop = () => {
  if (isStopping) return;
  isStopping = true;
  demo.stop().then(
    () => process.exit(0),
    () => process.exit(1),
  );
};
// A signal may come twice: from the parent, and to the whole group.
process.on('SIGTERM', stop);
process.on('SIGINT', () => {});
process.on('disconnect', stop);
