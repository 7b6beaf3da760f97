import { readFileSync } from 'node:fs';
import {
  activateRecordingPolicy,
  assignRole,
  createApiClient,
  createEnrolmentToken,
  importDirectory,
} from '@afterimage/contracts';
import { people } from './people.ts';
import { signInOnPage } from './sign-in.ts';

const peopleAndGroups = new URL('../../demo/directory.csv', import.meta.url);

/** What an administrator does in a new deployment: brings people and groups, lets the reviewers watch, activates a policy, and makes a token for hosts to enrol with. */
export async function setUp(endpoint: string): Promise<{ enrolmentToken: string }> {
  const token = await signInOnPage(endpoint, people.administrator);
  const api = createApiClient({ server: endpoint, accessToken: async () => token });
  await api(assignRole, {
    params: { role: 'Player' },
    body: { members: people.reviewer.groups.map((name) => ({ kind: 'group' as const, name })) },
  });
  await api(activateRecordingPolicy, { body: { policyId: 'record-everyone-without-notification' } });
  await api(importDirectory, { body: { csv: readFileSync(peopleAndGroups, 'utf8') } });
  const { token: enrolmentToken } = await api(createEnrolmentToken, { body: { maxUses: 100 } });
  return { enrolmentToken };
}
