import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { usePageFrame } from '../../../shell/shell.tsx';
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
  if (!draft.hasUnsaved) return <NoSuchViewingPolicy />;
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

function NoSuchViewingPolicy() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const title = t('problems.policy-not-found.title');
  usePageFrame({ title, under: [{ text: t('viewing.title'), href: '/policies/viewing' }] });
  return (
    <Box textAlign="center" padding={{ vertical: 'xxxl' }}>
      <SpaceBetween size="s">
        <Box variant="h1">{title}</Box>
        <Box variant="p">{t('problems.policy-not-found.detail')}</Box>
        <Button onClick={() => void navigate('/policies/viewing')}>{t('viewing.back')}</Button>
      </SpaceBetween>
    </Box>
  );
}
