import { activateRecordingPolicy, listRecordingPolicies, systemRecordingPolicyIdSchema } from '@afterimage/contracts';
import { InvalidArgumentError } from 'commander';
import { formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';

export const addPolicyCommands: AddCommands = (program, _host, context) => {
  const policies = program.command('policies').description('recording policies');
  policies
    .command('list')
    .description('recording policies and which one is active')
    .action(async () => {
      const { api, print } = context();
      print(await api(listRecordingPolicies, {}), ({ policies: all, activePolicyId }) =>
        formatTable(
          ['ID', 'NAME', 'VERSION', 'ACTIVE'],
          all.map(({ policyId, name, version }) => [
            policyId,
            name,
            String(version),
            policyId === activePolicyId ? 'yes' : '',
          ]),
        ),
      );
    });
  policies
    .command('activate <id>')
    .description('for sessions that start from now on')
    .action(async (id: string) => {
      const { api, print } = context();
      const policyId = systemRecordingPolicyIdSchema.safeParse(id);
      if (!policyId.success) {
        throw new InvalidArgumentError(`Must be one of ${systemRecordingPolicyIdSchema.options.join(', ')}.`);
      }
      const answer = await api(activateRecordingPolicy, { body: { policyId: policyId.data } });
      print(answer, ({ activePolicyId }) => `${activePolicyId} is active\n`);
    });
};
