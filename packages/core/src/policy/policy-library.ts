import { type NoticeMessages, policyIdSchema, systemRecordingPolicyIdSchema } from '@afterimage/contracts';
import type { ActivePolicy, NoticeMessagesStore, RecordingPolicyStore } from '../stores/policy-stores.ts';
import { type CompiledPolicy, compilePolicy } from './compile-policy.ts';
import { systemRecordingPolicies } from './system-policies.ts';

/** The active one, the one before it, and one that is being tried out. */
const maxKept = 3;

/** Versions of policies and notice messages, ready for decisions: a version never changes, so it is read once. */
export class PolicyLibrary {
  readonly #recordingPolicies: Pick<RecordingPolicyStore, 'findVersion'>;
  readonly #noticeMessages: Pick<NoticeMessagesStore, 'findVersion'>;
  readonly #policies = new Map<string, Promise<CompiledPolicy>>();
  readonly #notices = new Map<number, Promise<NoticeMessages>>();

  constructor(stores: {
    recordingPolicies: Pick<RecordingPolicyStore, 'findVersion'>;
    noticeMessages: Pick<NoticeMessagesStore, 'findVersion'>;
  }) {
    this.#recordingPolicies = stores.recordingPolicies;
    this.#noticeMessages = stores.noticeMessages;
  }

  /** @throws Error when there is no such version */
  findPolicy({ policyId, version }: Pick<ActivePolicy, 'policyId' | 'version'>): Promise<CompiledPolicy> {
    return keep(this.#policies, `${policyId} ${version}`, async () => {
      const custom = policyIdSchema.safeParse(policyId);
      const policy = custom.success
        ? await this.#recordingPolicies.findVersion(custom.data, version)
        : systemRecordingPolicies[systemRecordingPolicyIdSchema.parse(policyId)];
      if (policy === undefined) throw new Error(`policy ${policyId} has no version ${version}`);
      return compilePolicy(policy);
    });
  }

  /** @throws Error when there is no such version */
  findNotices(version: number): Promise<NoticeMessages> {
    return keep(this.#notices, version, async () => {
      const messages = await this.#noticeMessages.findVersion(version);
      if (messages === undefined) throw new Error(`the notice messages have no version ${version}`);
      return messages;
    });
  }
}

/** What could not be read is asked for again. */
function keep<K, T>(kept: Map<K, Promise<T>>, key: K, read: () => Promise<T>): Promise<T> {
  const known = kept.get(key) ?? read();
  kept.delete(key);
  kept.set(key, known);
  for (const oldest of kept.keys()) {
    if (kept.size <= maxKept) break;
    kept.delete(oldest);
  }
  known.catch(() => {
    if (kept.get(key) === known) kept.delete(key);
  });
  return known;
}
