import { type RouteResponse, type SessionAttributes, testRecordingPolicy } from '@afterimage/contracts';
import { type Command, InvalidArgumentError } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { formatFacts, formatTable } from '../output/table.ts';
import { readDocument } from './policy-documents.ts';
import { parsePolicyId } from './policy-id.ts';
import { parseSessionId } from './session-id.ts';

interface TestOptions {
  policy?: string;
  file?: string;
  session?: string;
  user?: string;
  host?: string;
  application?: string;
  address?: string;
  language?: string;
  group: string[];
  machineGroup: string[];
  tag: string[];
}

const collect = (value: string, before: string[]) => [...before, value];

/** Trying out, among the commands of policies. */
export function addPolicyTest(policies: Command, context: () => CommandContext): void {
  policies
    .command('test')
    .description(
      'how a session would be decided, and why each rule matches or does not; nothing is recorded or changed',
    )
    .option('--policy <id>', 'by this policy (default: the active one)')
    .option('--file <file>', 'by exported content that nobody has stored')
    .option('--session <id>', 'a session of the past, or')
    .option('--user <name>', 'one that is made up: its user')
    .option('--host <name>', 'its host')
    .option('--application <name>', 'the application that it was begun with')
    .option('--address <address>', 'address of its client')
    .option('--language <language>', 'such as de or pt-BR')
    .option('--group <name>', 'a group of its user that an administrator vouches for (repeat for more)', collect, [])
    .option('--machine-group <name>', 'a group of its host (repeat for more)', collect, [])
    .option('--tag <tag>', 'an access tag (repeat for more)', collect, [])
    .action(async (options: TestOptions) => {
      const { policy, file } = options;
      const body = {
        ...(policy === undefined ? {} : { policyId: parsePolicyId(policy) }),
        ...(file === undefined ? {} : { draft: readDocument(file) }),
        ...readSession(options),
      };
      const { api, print } = context();
      print(await api(testRecordingPolicy, { body }), describeAnswer);
    });
}

function readSession({ session, user, host, ...rest }: TestOptions) {
  if (session !== undefined) {
    if (user !== undefined || host !== undefined) throw whichSession();
    return { sessionId: parseSessionId(session) };
  }
  if (user === undefined || host === undefined) throw whichSession();
  return { attributes: attributesOf({ ...rest, user, host }) };
}

function whichSession(): InvalidArgumentError {
  return new InvalidArgumentError('Name either a session with --session or what it is like with --user and --host.');
}

function attributesOf(options: TestOptions & { user: string; host: string }): SessionAttributes {
  const { user, host, application, address, language, group, machineGroup, tag } = options;
  const says = (value: string) => ({ value, assertedBy: 'agent' as const });
  const vouched = (value: string) => ({ value, assertedBy: 'administrator' as const });
  return {
    user: says(user),
    host: says(host),
    ...(application === undefined ? {} : { application: says(application) }),
    ...(address === undefined ? {} : { clientAddress: says(address) }),
    ...(language === undefined ? {} : { language: says(language) }),
    groups: group.map(vouched),
    machineGroups: machineGroup.map(vouched),
    accessTags: tag.map(says),
  };
}

function describeAnswer({ decision, rules }: RouteResponse<typeof testRecordingPolicy>): string {
  const facts = formatFacts([
    ['Decision', decision.action],
    ['Policy', `${decision.policyName}, version ${decision.policyVersion}`],
    ['Rule', decision.ruleName],
    ['Because', decision.reason],
    ['Told', decision.notice === undefined ? 'nothing' : `${decision.notice.title} (${decision.notice.language})`],
  ]);
  const rows = rules.map(({ ruleName, action, matches, criteria }) => [
    matches ? 'yes' : 'no',
    ruleName,
    action,
    criteria.map(({ because }) => because).join('; '),
  ]);
  return rows.length === 0 ? facts : `${facts}\n${formatTable(['MATCHES', 'RULE', 'ACTION', 'BECAUSE'], rows)}`;
}
