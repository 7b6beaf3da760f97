/**
 * The process that a durability test kills: S3 on the data directory of its argument, whose queue is never reachable.
 * Prints one line of JSON, `{endpoint, credentials}`, when it serves.
 */
import { createLocalKernel } from '../src/kernel/local-kernel.ts';
import { createFrontDoor } from '../src/server/front-door.ts';
import { listen } from '../src/server/http-listener.ts';
import { createS3 } from '../src/services/s3/index.ts';

const local = createLocalKernel(process.argv[2] ?? '', () => undefined);
const away = async (): Promise<never> => {
  throw new Error('the queue is away');
};
const s3 = createS3(local.kernel, { sendToQueue: away, putEvent: away });
const door = createFrontDoor(local.kernel, local.credentials, [s3.service]);
const { port } = await listen((message, response) => door.serveSigned(message, response), '127.0.0.1', 0);
console.log(JSON.stringify({ endpoint: `http://127.0.0.1:${port}`, credentials: local.credentials.root }));
