import { createAgent } from '@afterimage/agent';
import { KnownScreen } from './known-screen.ts';

/**
 * An agent in a process of its own, so that it can be killed like one. It records a known screen and draws what it is
 * told to; with AGENT_TASK=flush it only delivers what an earlier process left.
 */
export type AgentCommand = { kind: 'draw'; number: number } | { kind: 'stop' };
export type AgentReport =
  | { kind: 'ready' }
  | { kind: 'drawn'; number: number; recordingId: string | undefined }
  | { kind: 'ended'; isStored: boolean };

const { AGENT_DATA: dataDirectory, AGENT_TASK: task } = process.env;
if (dataDirectory === undefined) throw new Error('AGENT_DATA is needed');

const agent = await createAgent({ dataDirectory });
const report = (message: AgentReport) => process.send?.(message);

async function end(isStored: boolean): Promise<void> {
  await agent.close();
  report({ kind: 'ended', isStored });
  process.disconnect();
}

async function record(): Promise<void> {
  const screen = new KnownScreen();
  const session = await agent.recordSession({ source: screen, uploadIntervalMs: 200 });
  process.on('message', (command: AgentCommand) => {
    if (command.kind === 'stop') {
      void session.stop().then((outcome) => end(outcome.kind === 'recorded' && outcome.isStored));
      return;
    }
    const { number } = command;
    void screen
      .draw(number)
      .then(() => session.begun)
      .then((recordingId) => report({ kind: 'drawn', number, recordingId }));
  });
  report({ kind: 'ready' });
}

if (task === 'flush') await end(await agent.flush(30_000));
else await record();
