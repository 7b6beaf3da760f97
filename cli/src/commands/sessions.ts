import {
  getSession,
  listRecordingCommands,
  listSessions,
  type RecordingCommand,
  type Session,
} from '@afterimage/contracts';
import type { CommandContext } from '../command-context.ts';
import { formatFacts, formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';
import { addRecordingOrders } from './recording-orders.ts';
import { parseSessionId } from './session-id.ts';

const pageSize = 200;
const maxListed = 10_000;

export const addSessionsCommands: AddCommands = (program, _host, context) => {
  const sessions = program
    .command('sessions')
    .description('lists sessions that hosts have reported; starts and stops recording them while they run');
  sessions
    .command('list')
    .description('active sessions, newest first: not ended, and their host was heard within a quarter of an hour')
    .option('--user <name>', 'of one user; upper and lower case alike')
    .option('--host <name>', 'on one host; upper and lower case alike')
    .option('--all', 'ended ones and those of silent hosts too')
    .action(async ({ user, host, all }: { user?: string; host?: string; all?: boolean }) => {
      const { api, print } = context();
      const found = await listUpTo(api, { user, host, state: all === true ? 'all' : 'active' });
      print({ sessions: found }, (listed) => formatTable(listHeader, listed.sessions.map(listRow)));
    });
  sessions
    .command('status <id>')
    .description('whether a session is recorded now (not-recorded, pending or recording), by whom and why')
    .action(async (id: string) => {
      const { api, print } = context();
      const { session, commands } = await api(getSession, { params: { sessionId: parseSessionId(id) } });
      print({ session, commands }, () => formatFacts(factsOf(session, commands[0])));
    });
  addRecordingOrders(sessions, context);
  sessions
    .command('commands')
    .description('what administrators told hosts, newest first, and what became of it')
    .action(async () => {
      const { api, print } = context();
      print(await api(listRecordingCommands, { query: { limit: pageSize } }), ({ commands }) =>
        formatTable(commandHeader, commands.map(commandRow)),
      );
    });
};

interface Wanted {
  user: string | undefined;
  host: string | undefined;
  state: 'active' | 'all';
}

async function listUpTo(api: CommandContext['api'], wanted: Wanted): Promise<Session[]> {
  const found: Session[] = [];
  let cursor: string | undefined;
  do {
    const page = await api(listSessions, { query: { ...wanted, limit: pageSize, cursor } });
    found.push(...page.sessions);
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < maxListed);
  return found;
}

const listHeader = ['ID', 'USER', 'HOST', 'STARTED', 'LAST HEARD', 'RECORDING'];

function listRow({ sessionId, attributes, startedAt, lastSeenAt, endedAt, recording }: Session): string[] {
  const { user, host } = attributes;
  const heard = endedAt === undefined ? (lastSeenAt ?? '-') : `ended ${endedAt}`;
  return [sessionId, user.value, host.value, startedAt, heard, describeRecording(recording)];
}

function describeRecording({ status, content, initiator, startedBy }: Session['recording']): string {
  const account = startedBy === undefined ? '' : ` ${startedBy} at the host`;
  return status === 'recording' ? `${content ?? 'screen'}, by ${initiator ?? 'policy'}${account}` : status;
}

function factsOf(session: Session, newest: RecordingCommand | undefined): [string, string][] {
  const { attributes, recording, decision, stoppedBy } = session;
  return [
    ['Session', session.sessionId],
    ['Status', recording.status],
    ['Recording', recording.recordingId ?? '-'],
    ['Recorded', recording.status === 'recording' ? describeRecording(recording) : '-'],
    ['User', attributes.user.value],
    ['Host', attributes.host.value],
    ['Started', session.startedAt],
    ['Ended', session.endedAt ?? '-'],
    ['Decision', decision.reason],
    ['Stopped by', stoppedBy ?? '-'],
    ['Last command', newest === undefined ? '-' : describeCommand(newest)],
  ];
}

function describeCommand({ action, requestedBy, requestedAt, state, reason }: RecordingCommand): string {
  const fate = reason === undefined ? state : `${state}: ${reason}`;
  return `${action} by ${requestedBy}, ${requestedAt}, ${fate}`;
}

const commandHeader = ['ID', 'SESSION', 'ACTION', 'REQUESTED BY', 'REQUESTED AT', 'STATE', 'REASON'];

function commandRow(command: RecordingCommand): string[] {
  const { commandId, sessionId, action, requestedBy, requestedAt, state, reason } = command;
  return [commandId, sessionId, action, requestedBy, requestedAt, state, reason ?? ''];
}
