import type { RecordingPolicy } from '@afterimage/contracts';

/** What an administrator changes of a policy. */
export type PolicyContent = Pick<RecordingPolicy, 'name' | 'description' | 'isReadOnly' | 'options' | 'rules'>;

export function contentOf({ name, description, isReadOnly, options, rules }: PolicyContent): PolicyContent {
  return { name, description, isReadOnly, options, rules };
}
