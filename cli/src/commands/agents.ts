import { type Agent, agentIdSchema, createEnrolmentToken, listAgents, revokeAgent } from '@afterimage/contracts';
import { InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatFacts, formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';

export const addAgentCommands: AddCommands = (program, _host, context) => {
  const agents = program.command('agents').description('enrols, lists and revokes agents');
  agents
    .command('list')
    .description('enrolled agents')
    .action(async () => {
      const { api, print } = context();
      print({ agents: await listAll(api) }, (all) =>
        formatTable(
          ['ID', 'STATE', 'HOST', 'PLATFORM', 'VERSION', 'ENROLLED', 'LAST HEARD'],
          all.agents.map((agent) => [
            agent.agentId,
            agent.state,
            agent.hostName,
            agent.platform,
            agent.agentVersion,
            agent.enrolledAt,
            agent.lastHeardAt ?? '-',
          ]),
        ),
      );
    });
  agents
    .command('enroll-token')
    .alias('enrol-token')
    .description('creates a token with which hosts enrol; it is shown once')
    .option('--uses <count>', 'how many hosts may enrol with it', Number, 1)
    .option('--valid-for <hours>', 'hours until it expires', Number, 24)
    .option('--group <name>', 'machine group of the hosts')
    .action(async ({ uses, validFor, group }: { uses: number; validFor: number; group?: string }) => {
      const { api, print } = context();
      const body = { maxUses: uses, validForSeconds: Math.round(validFor * 3600), machineGroup: group };
      print(await api(createEnrolmentToken, { body }), ({ token, enrolmentToken }) =>
        formatFacts([
          ['Token', token],
          ['Expires', enrolmentToken.expiresAt],
          ['Hosts', String(enrolmentToken.usesLeft)],
        ]),
      );
    });
  agents
    .command('revoke <id>')
    .description('stops believing an agent; within a minute it can do nothing')
    .action(async (id: string) => {
      const { api, print } = context();
      const agentId = agentIdSchema.safeParse(id);
      if (!agentId.success) throw new InvalidArgumentError(`${id} is no agent id; they look like agt_01j…`);
      print(
        await api(revokeAgent, { params: { agentId: agentId.data } }),
        ({ agent }) => `${agent.agentId}: ${agent.state}\n`,
      );
    });
};

async function listAll(api: CommandContext['api']): Promise<Agent[]> {
  const found: Agent[] = [];
  let cursor: string | undefined;
  do {
    const page = await api(listAgents, { query: { limit: 200, cursor } });
    found.push(...page.agents);
    cursor = page.cursor;
  } while (cursor !== undefined && found.length < 10_000);
  return found;
}
