import { eraseRecording, holdRecording, type Recording, releaseHold } from '@afterimage/contracts';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { ReasonDialog, type ReasonDialogProps } from './reason-dialog.tsx';

type Action = ReasonDialogProps['action'];

/** Legal hold and erasure, for those who may; nothing for everybody else. */
export function RecordingKeeping({ recording, onChanged }: { recording: Recording; onChanged(): void }) {
  const { t } = useTranslation();
  const { roles, api } = useSignedIn();
  const [asked, setAsked] = useState<Action>();
  if (!roles.includes('PrivilegedPlayer') || recording.state === 'erasing' || recording.state === 'erased') return null;
  const params = { recordingId: recording.recordingId };
  const isHeld = recording.hold !== undefined;
  const hasEnded = ['complete', 'partial', 'failed'].includes(recording.state);
  const run = async (action: Action, reason: string) => {
    if (action === 'hold') await api(holdRecording, { params, body: { reason } });
    if (action === 'release') await api(releaseHold, { params, query: { reason } });
    if (action === 'erase') await api(eraseRecording, { params, body: { justification: reason } });
    setAsked(undefined);
    onChanged();
  };
  return (
    <SpaceBetween direction="horizontal" size="xs">
      <Button onClick={() => setAsked(isHeld ? 'release' : 'hold')}>
        {t(`recordings.keeping.${isHeld ? 'release' : 'hold'}.ask`)}
      </Button>
      <Button
        disabled={isHeld || !hasEnded}
        disabledReason={t(isHeld ? 'recordings.keeping.erase.is-held' : 'recordings.keeping.erase.is-live')}
        onClick={() => setAsked('erase')}
      >
        {t('recordings.keeping.erase.ask')}
      </Button>
      {asked !== undefined && (
        <ReasonDialog action={asked} onConfirm={(reason) => run(asked, reason)} onCancel={() => setAsked(undefined)} />
      )}
    </SpaceBetween>
  );
}
