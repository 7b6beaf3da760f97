import { assignRole, listRoleAssignments, roleSchema } from '@afterimage/contracts';
import { InvalidArgumentError } from 'commander';
import { formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';

export const addRoleCommands: AddCommands = (program, _host, context) => {
  const roles = program.command('roles').description('who may do what');
  roles
    .command('list')
    .description('members of each role')
    .action(async () => {
      const { api, print } = context();
      print(await api(listRoleAssignments, {}), (answer) =>
        formatTable(
          ['ROLE', 'MEMBERS'],
          answer.roles.map(({ role, members }) => [
            role,
            members.map(({ kind, name }) => `${kind}:${name}`).join(' ') || '-',
          ]),
        ),
      );
    });
  roles
    .command('assign <role> [members...]')
    .description('sets the members of a role, each as user:NAME or group:NAME; none empties it')
    .action(async (name: string, members: string[]) => {
      const { api, print } = context();
      const role = roleSchema.safeParse(name);
      if (!role.success) throw new InvalidArgumentError(`Must be one of ${roleSchema.options.join(', ')}.`);
      const answer = await api(assignRole, {
        params: { role: role.data },
        body: { members: members.map(parseMember) },
      });
      print(answer, (set) => `${set.role}: ${set.members.length} members\n`);
    });
};

function parseMember(text: string): { kind: 'user' | 'group'; name: string } {
  const match = /^(user|group):(.+)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new InvalidArgumentError(`${text}: write user:NAME or group:NAME.`);
  }
  return { kind: match[1] === 'user' ? 'user' : 'group', name: match[2] };
}
