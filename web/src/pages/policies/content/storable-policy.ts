import { type RecordingPolicyDraft, recordingPolicyDraftSchema } from '@afterimage/contracts';
import type { PolicyContent } from './policy-content.ts';

/** As the service takes it. Throws `ZodError` for what it would refuse. */
export function storableOf({ name, description, isReadOnly, options, rules }: PolicyContent): RecordingPolicyDraft {
  return recordingPolicyDraftSchema.parse({ name, description, isReadOnly, options, rules });
}

/** Why the service would refuse it: a line for each place. */
export function problemsOf({ name, description, isReadOnly, options, rules }: PolicyContent): string[] {
  const parsed = recordingPolicyDraftSchema.safeParse({ name, description, isReadOnly, options, rules });
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path, message }) => {
    const rule = path[0] === 'rules' && typeof path[1] === 'number' ? rules[path[1]] : undefined;
    const place = rule === undefined ? `/${path.join('/')}` : `“${rule.name}” /${path.slice(2).join('/')}`;
    return `${place}: ${message}`;
  });
}
