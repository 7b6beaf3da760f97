import { homedir } from 'node:os';
import { join } from 'node:path';
import { makePrivateDirectory } from './durable-file.ts';

/**
 * Where one agent keeps everything:
 *
 *     DATA/
 *     ├─ device-key.pem            Ed25519 private key, mode 0600
 *     ├─ enrolment.json            agent id, service, certificate, pinned wrapping key
 *     ├─ device-state.json         recording counter, head of the previous recording, clock offset
 *     ├─ settings.json             whether this host records, and who controls that; absent until somebody sets it
 *     ├─ notices.json              what users were told and answered, until it is on record
 *     ├─ status.json               what `status` shows of a running agent
 *     ├─ control.sock              for administrators of this host, while the agent runs
 *     ├─ control/PLACE.sock        for the session of a display or browser, where the agent is its user
 *     ├─ agent.lock                held by the one process that records or uploads
 *     └─ recordings/REC_ID/
 *        ├─ recording.json         what the service was or will be told
 *        ├─ secrets                data key and journal key, sealed with a key derived from the device key
 *        ├─ journal-SEQUENCE       records that are in no segment yet, encrypted
 *        └─ SEQUENCE.segment       sealed, until the service says that it is stored
 */
export interface DataDirectory {
  readonly root: string;
  readonly deviceKey: string;
  readonly enrolment: string;
  readonly deviceState: string;
  readonly settings: string;
  readonly notices: string;
  readonly status: string;
  readonly lock: string;
  readonly recordings: string;
}

export async function openDataDirectory(root: string): Promise<DataDirectory> {
  const directory: DataDirectory = {
    root,
    deviceKey: join(root, 'device-key.pem'),
    enrolment: join(root, 'enrolment.json'),
    deviceState: join(root, 'device-state.json'),
    settings: join(root, 'settings.json'),
    notices: join(root, 'notices.json'),
    status: join(root, 'status.json'),
    lock: join(root, 'agent.lock'),
    recordings: join(root, 'recordings'),
  };
  await makePrivateDirectory(directory.recordings);
  return directory;
}

/** `AFTERIMAGE_AGENT_DATA`, or the place that the platform gives to programs of one user. */
export function defaultDataDirectory(environment: NodeJS.ProcessEnv = process.env): string {
  const { AFTERIMAGE_AGENT_DATA, XDG_STATE_HOME } = environment;
  return AFTERIMAGE_AGENT_DATA ?? join(XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'afterimage-agent');
}
