import type { ViewingPolicy } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { usePageFrame } from '../../../shell/shell.tsx';
import { ViewingRuleLines } from '../content/viewing-rule-line.tsx';
import { LastChange } from './last-change.tsx';

/** What a policy would show while viewing policies are off: it counts for nothing and cannot be changed. */
export function ReadOnlyViewingPolicy({ policy, hasUnsaved }: { policy: ViewingPolicy; hasUnsaved: boolean }) {
  const { t } = useTranslation();
  const { name, description, rules } = policy;
  usePageFrame({ title: name, under: [{ text: t('viewing.title'), href: '/policies/viewing' }] });
  return (
    <ContentLayout header={<Header variant="h1">{name}</Header>}>
      <SpaceBetween size="l">
        <Alert type="info" header={t('viewing.list.off')}>
          {t('viewing.read-only')}
          {hasUnsaved && ` ${t('viewing.read-only-unsaved')}`}
        </Alert>
        <Container header={<Header variant="h2">{t('policies.list.rules')}</Header>}>
          <SpaceBetween size="s">
            {description !== '' && <Box variant="p">{description}</Box>}
            {rules.length === 0 ? t('viewing.rule.none') : <ViewingRuleLines rules={rules} />}
            <LastChange policy={policy} />
          </SpaceBetween>
        </Container>
      </SpaceBetween>
    </ContentLayout>
  );
}
