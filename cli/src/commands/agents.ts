import {
  type Agent,
  type AgentId,
  agentIdSchema,
  createEnrolmentToken,
  listAgents,
  reinstateAgent,
  revokeAgent,
} from '@afterimage/contracts';
import { InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatFacts, formatTable } from '../output/table.ts';
import type { AddCommands } from '../program.ts';

export const addAgentCommands: AddCommands = (program, _host, context) => {
  const agents = program.command('agents').description('enrols, lists, revokes and reinstates agents');
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
      print(await api(revokeAgent, { params: { agentId: parseId(id) } }), describeState);
    });
  agents
    .command('reinstate <id>')
    .description('ends the quarantine of an agent; start the agent on its host again afterwards')
    .action(async (id: string) => {
      const { api, print } = context();
      print(await api(reinstateAgent, { params: { agentId: parseId(id) } }), describeState);
    });
};

const describeState = ({ agent }: { agent: Agent }) => `${agent.agentId}: ${agent.state}\n`;

function parseId(text: string): AgentId {
  const id = agentIdSchema.safeParse(text);
  if (!id.success) throw new InvalidArgumentError(`${text} is no agent id; they look like agt_01j…`);
  return id.data;
}

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
