import { diffPolicies } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import { useTranslation } from 'react-i18next';
import { AskDialog } from '../content/ask-dialog.tsx';
import { ChangesList } from '../content/changes-list.tsx';
import { contentOf } from '../content/policy-content.ts';
import { rebaseContent } from '../content/rebase-content.ts';
import type { LoadedPolicy, PolicyDraft } from '../content/use-policy-draft.ts';

export interface CompareDialogProps {
  policy: LoadedPolicy;
  draft: PolicyDraft;
  onClose(): void;
}

/** What somebody else has saved, beside what I changed meanwhile; mine can be brought onto theirs. Nothing is saved by it. */
export function CompareDialog({ policy, draft, onClose }: CompareDialogProps) {
  const { t, i18n } = useTranslation();
  const { stored, base, content } = policy;
  const by = stored.changedBy ?? '–';
  const rebased = rebaseContent(base, content, contentOf(stored));
  const bringOver = async () => {
    draft.replace(rebased.content);
    onClose();
  };
  const clashes = new Intl.ListFormat(i18n.language).format(rebased.clashes.map((name) => `“${name}”`));
  return (
    <AskDialog
      title={t('policies.compare.title')}
      size="max"
      confirm={t('policies.compare.bring', { version: stored.version })}
      onConfirm={bringOver}
      onCancel={onClose}
      extra={
        <Button
          onClick={() => {
            draft.discard();
            onClose();
          }}
        >
          {t('policies.compare.discard')}
        </Button>
      }
    >
      <ColumnLayout columns={2} borders="vertical">
        <div>
          <Box variant="h3" padding={{ bottom: 's' }}>
            {t('policies.compare.theirs', { by, version: stored.version })}
          </Box>
          <ChangesList changes={diffPolicies(base, stored)} empty={t('policies.change.none')} />
        </div>
        <div>
          <Box variant="h3" padding={{ bottom: 's' }}>
            {t('policies.compare.mine')}
          </Box>
          <ChangesList changes={diffPolicies(base, content)} empty={t('policies.change.none')} />
        </div>
      </ColumnLayout>
      {rebased.clashes.length > 0 && (
        <Alert type="warning">{t('policies.compare.clashes', { count: rebased.clashes.length, names: clashes })}</Alert>
      )}
    </AskDialog>
  );
}
