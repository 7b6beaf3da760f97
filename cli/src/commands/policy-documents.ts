import { readFileSync, writeFileSync } from 'node:fs';
import {
  changeRecordingPolicy,
  createRecordingPolicy,
  getRecordingPolicy,
  type RecordingPolicy,
  type RecordingPolicyDraft,
  recordingPolicyDraftSchema,
} from '@afterimage/contracts';
import type { Command } from 'commander';
import type { CommandContext } from '../command-context.ts';
import { UsageError } from '../output/command-error.ts';
import { parsePolicyId } from './policy-id.ts';

interface ImportOptions {
  replace?: string;
  name?: string;
  comment?: string;
  confirmActive?: boolean;
}

/** Export and import, among the commands of policies. A document is the content of a policy as JSON. */
export function addPolicyDocuments(policies: Command, context: () => CommandContext): void {
  policies
    .command('export <id>')
    .description('the content of a policy as JSON: name, description, options and rules')
    .option('--out <file>', 'file to write (default: standard output)')
    .action(async (id: string, { out }: { out?: string }) => {
      const { api, print } = context();
      const { policy } = await api(getRecordingPolicy, { params: { policyId: parsePolicyId(id) } });
      const text = `${JSON.stringify(documentOf(policy), null, 2)}\n`;
      if (out === undefined) {
        print(documentOf(policy), () => text);
        return;
      }
      writeFileSync(out, text);
      print(
        { policyId: policy.policyId, version: policy.version, out },
        () => `Version ${policy.version} is in ${out}\n`,
      );
    });
  policies
    .command('import <file>')
    .description('makes a policy of exported content; it is not active')
    .option('--replace <id>', 'instead gives this policy the content, as its next version')
    .option('--name <name>', 'instead of the name in the file')
    .option('--comment <text>', 'for the history')
    .option('--confirm-active', 'also where the policy to be replaced is active: it decides from then on')
    .action(async (file: string, options: ImportOptions) => importDocument(context, file, options));
}

function documentOf({ name, description, isReadOnly, options, rules }: RecordingPolicy) {
  return { name, description, isReadOnly, options, rules };
}

async function importDocument(context: () => CommandContext, file: string, options: ImportOptions): Promise<void> {
  const { replace, name, comment = '', confirmActive = false } = options;
  const draft = readDocument(file, name);
  const policyId = replace === undefined ? undefined : parsePolicyId(replace);
  const { api, print } = context();
  if (policyId === undefined) {
    const { policy } = await api(createRecordingPolicy, { body: { draft, comment } });
    print({ policy }, () => `${policy.policyId} has ${policy.rules.length} rules; it is not active\n`);
    return;
  }
  const { policy } = await api(getRecordingPolicy, { params: { policyId } });
  const body = { expectedVersion: policy.version, draft, comment, confirmsActive: confirmActive };
  const changed = await api(changeRecordingPolicy, { params: { policyId }, body });
  print(changed, (answer) => `${policyId} has version ${answer.policy.version}: ${answer.changeCount} changes\n`);
}

/** @throws UsageError with a pointer to each fault */
export function readDocument(file: string, name?: string): RecordingPolicyDraft {
  const parsed = recordingPolicyDraftSchema.safeParse(readJson(file));
  if (parsed.success) return name === undefined ? parsed.data : { ...parsed.data, name };
  const faults = parsed.error.issues.slice(0, 20).map(({ path, message }) => `  /${path.join('/')}: ${message}`);
  throw new UsageError([`${file} is no policy. Nothing was changed.`, ...faults].join('\n'));
}

function readJson(file: string): unknown {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not JSON. Nothing was changed.`);
  }
}
