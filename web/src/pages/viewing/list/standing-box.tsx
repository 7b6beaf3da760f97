import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import type { ViewingPolicies } from '../content/use-viewing-policies.ts';

/** What holds now, for whom, and how to have it otherwise. */
export function StandingBox({ list: { policies, areOn }, onSwitch }: { list: ViewingPolicies; onSwitch(): void }) {
  const { t } = useTranslation();
  const standing = areOn ? (policies.length === 0 ? 'on-empty' : 'on') : 'off';
  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={<Button onClick={onSwitch}>{t(areOn ? 'viewing.switch.ask-off' : 'viewing.switch.ask-on')}</Button>}
        >
          {t('viewing.standing.title')}
        </Header>
      }
    >
      <StatusIndicator type={areOn ? 'success' : 'stopped'}>
        {t(areOn ? 'viewing.standing.is-on' : 'viewing.standing.is-off')}
      </StatusIndicator>
      <Box variant="p">{t(`viewing.standing.${standing}`)}</Box>
    </Container>
  );
}
