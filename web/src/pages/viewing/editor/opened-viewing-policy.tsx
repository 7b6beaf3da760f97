import Alert from '@cloudscape-design/components/alert';
import { useTranslation } from 'react-i18next';
import { PolicyNotFound } from '../../policies/policy/policy-not-found.tsx';
import type { ViewingPolicies } from '../content/use-viewing-policies.ts';
import { ReadOnlyViewingPolicy } from './read-only-viewing-policy.tsx';
import { useViewingDraft } from './use-viewing-draft.ts';
import { ViewingEditor } from './viewing-editor.tsx';

export interface OpenedViewingPolicyProps {
  policyId: string;
  list: ViewingPolicies;
  error: unknown;
  onReload(): void;
}

/** A policy of the list, or what was entered of one that somebody has deleted meanwhile. */
export function OpenedViewingPolicy({ policyId, list, error, onReload }: OpenedViewingPolicyProps) {
  const { t } = useTranslation();
  const stored = list.policies.find((policy) => policy.policyId === policyId);
  const draft = useViewingDraft(`policy.${policyId}`, stored, undefined);
  const common = { list, error, draft, onReload };
  if (stored !== undefined) {
    if (!list.areOn) return <ReadOnlyViewingPolicy policy={stored} hasUnsaved={draft.hasUnsaved} />;
    return <ViewingEditor title={stored.name} stored={stored} {...common} />;
  }
  if (!draft.hasUnsaved) return <PolicyNotFound family="viewing" />;
  return (
    <ViewingEditor
      title={draft.form.name}
      notice={
        <Alert type="warning" header={t('viewing.gone.title')}>
          {t('viewing.gone.detail')}
        </Alert>
      }
      {...common}
    />
  );
}
