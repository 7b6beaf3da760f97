import { activateRecordingPolicy, assignRole, createApiClient, createEnrolmentToken } from '@afterimage/contracts';
import { people } from './people.ts';
import { signInOnPage } from './sign-in.ts';

/** What an administrator does in a new deployment: lets the reviewers watch, activates a policy, and makes a token for hosts to enrol with. */
export async function setUp(endpoint: string): Promise<{ enrolmentToken: string }> {
  const token = await signInOnPage(endpoint, people.administrator);
  const api = createApiClient({ server: endpoint, accessToken: async () => token });
  await api(assignRole, {
    params: { role: 'Player' },
    body: { members: people.reviewer.groups.map((name) => ({ kind: 'group' as const, name })) },
  });
  await api(activateRecordingPolicy, { body: { policyId: 'record-everyone-without-notification' } });
  const { token: enrolmentToken } = await api(createEnrolmentToken, { body: { maxUses: 100 } });
  return { enrolmentToken };
}
