import type { ViewingPolicy } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../../time/format.ts';
import { ViewingRuleLines } from '../content/viewing-rule-line.tsx';
import type { ViewingDraft } from './use-viewing-draft.ts';

/** Somebody else has saved meanwhile: who, what, and whose content goes on. */
export function BehindAlert({ stored, draft }: { stored: ViewingPolicy; draft: ViewingDraft }) {
  const { t, i18n } = useTranslation();
  const { changedBy, changedAt, version, name, description, rules } = stored;
  return (
    <Alert
      type="warning"
      header={t('policies.behind.title', { by: changedBy, at: formatMoment(changedAt, i18n.language) })}
      action={
        <SpaceBetween direction="horizontal" size="xs">
          <Button onClick={draft.discard}>{t('viewing.behind.theirs')}</Button>
          <Button onClick={draft.takeOver}>{t('viewing.behind.mine')}</Button>
        </SpaceBetween>
      }
    >
      <SpaceBetween size="xs">
        {t('viewing.behind.detail', { version })}
        <ExpandableSection headerText={t('policies.compare.theirs', { by: changedBy, version })}>
          {[name, description].filter((text) => text !== '').join(' – ')}
          <ViewingRuleLines rules={rules} />
        </ExpandableSection>
      </SpaceBetween>
    </Alert>
  );
}
