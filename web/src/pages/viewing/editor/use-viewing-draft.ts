import { isSameValue, type ViewingPolicy } from '@afterimage/contracts';
import * as z from 'zod';
import { useUnsaved } from '../../policies/content/draft-store.ts';
import { emptyViewingForm, formOfPolicy, type ViewingForm, viewingFormSchema } from '../content/viewing-form.ts';

const keptSchema = z.object({
  /** The version that the changes were made from; 0: none, the policy is new. */
  baseVersion: z.int().min(0),
  form: viewingFormSchema,
});

export interface ViewingDraft {
  form: ViewingForm;
  hasUnsaved: boolean;
  /** Somebody else has saved since the changes were begun. */
  isBehind: boolean;
  edit(change: Partial<ViewingForm>): void;
  /** Goes on with these changes as made from what is stored now. */
  takeOver(): void;
  discard(): void;
}

/**
 * What this person has entered of a viewing policy and not saved, kept through other pages, reloads and a new sign-in.
 * @param place names it among others of this tab
 * @param stored undefined: nobody has saved it yet, or it was deleted
 */
export function useViewingDraft(
  place: string,
  stored: ViewingPolicy | undefined,
  begun: ViewingForm | undefined,
): ViewingDraft {
  const [kept, keep] = useUnsaved(`viewing.${place}`, keptSchema);
  const version = stored?.version ?? 0;
  const start = begun ?? (stored === undefined ? emptyViewingForm : formOfPolicy(stored));
  const form = kept?.form ?? start;
  return {
    form,
    hasUnsaved: kept !== undefined,
    isBehind: stored !== undefined && kept !== undefined && kept.baseVersion !== version,
    edit(change) {
      const next = { ...form, ...change };
      keep(isSameValue(next, start) ? undefined : { baseVersion: kept?.baseVersion ?? version, form: next });
    },
    takeOver: () => keep({ baseVersion: version, form }),
    discard: () => keep(undefined),
  };
}
