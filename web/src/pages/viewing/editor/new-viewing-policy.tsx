import { makeRuleId } from '@afterimage/contracts';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { browserIds } from '../../../api/browser-ids.ts';
import type { ViewingPolicies } from '../content/use-viewing-policies.ts';
import { copyOfPolicy, emptyViewingForm } from '../content/viewing-form.ts';
import { useViewingDraft } from './use-viewing-draft.ts';
import { ViewingEditor } from './viewing-editor.tsx';

export interface NewViewingPolicyProps {
  list: ViewingPolicies;
  error: unknown;
  /** The policy that it begins as a copy of. */
  from: string | undefined;
  onReload(): void;
}

export function NewViewingPolicy({ list, error, from, onReload }: NewViewingPolicyProps) {
  const { t } = useTranslation();
  const copied = list.policies.find(({ policyId }) => policyId === from);
  const [begun] = useState(() =>
    copied === undefined
      ? emptyViewingForm
      : copyOfPolicy(copied, t('policies.copy.default-name', { name: copied.name }), () => makeRuleId(browserIds)),
  );
  const draft = useViewingDraft(copied === undefined ? 'new' : `copy.${copied.policyId}`, undefined, begun);
  return <ViewingEditor title={t('viewing.list.create')} {...{ list, error, draft, onReload }} />;
}
