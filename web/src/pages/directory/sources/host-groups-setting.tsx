import { changeSiteSettings } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { AskDialog } from '../../policies/content/ask-dialog.tsx';
import { EntryLink } from '../entry-link.tsx';

export interface HostGroupsSettingProps {
  areCounted: boolean;
  onChanged(): void;
}

/** Whether recording policies take a host's word for its user's groups. */
export function HostGroupsSetting({ areCounted, onChanged }: HostGroupsSettingProps) {
  const { t } = useTranslation();
  const [isAsking, setAsking] = useState(false);
  const wanted = areCounted ? 'off' : 'on';
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={t('directory.host-groups.description')}
          actions={<Button onClick={() => setAsking(true)}>{t(`directory.host-groups.${wanted}.ask`)}</Button>}
        >
          {t('directory.host-groups.title')}
        </Header>
      }
    >
      <SpaceBetween size="xs">
        <StatusIndicator type={areCounted ? 'warning' : 'success'}>
          {t(`directory.host-groups.is-${areCounted ? 'on' : 'off'}`)}
        </StatusIndicator>
        <Box variant="p">{t(`directory.host-groups.is-${areCounted ? 'on' : 'off'}-detail`)}</Box>
      </SpaceBetween>
      {isAsking && (
        <ChangeDialog
          wanted={wanted}
          onCancel={() => setAsking(false)}
          onDone={() => {
            setAsking(false);
            onChanged();
          }}
        />
      )}
    </Container>
  );
}

interface ChangeDialogProps {
  wanted: 'on' | 'off';
  onDone(): void;
  onCancel(): void;
}

function ChangeDialog({ wanted, onDone, onCancel }: ChangeDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const change = async () => {
    await api(changeSiteSettings, { body: { doHostGroupsCount: wanted === 'on' } });
    notify({ type: 'success', text: t(`directory.host-groups.${wanted}.done`) });
    onDone();
  };
  return (
    <AskDialog
      title={t(`directory.host-groups.${wanted}.title`)}
      confirm={t(`directory.host-groups.${wanted}.confirm`)}
      onConfirm={change}
      onCancel={onCancel}
    >
      <Box variant="p">{t(`directory.host-groups.${wanted}.detail`)}</Box>
      <Box variant="p">{t('directory.host-groups.when')}</Box>
      <EntryLink href="/policies/simulate" text={t('directory.host-groups.simulate')} />
    </AskDialog>
  );
}
