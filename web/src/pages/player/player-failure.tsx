import type { PlaybackFailureKind } from '@afterimage/player';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';

/** Why playback cannot go on, and the one thing to do about it. */
export function PlayerFailure({ kind }: { kind: PlaybackFailureKind | undefined }) {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  if (kind === undefined) return null;
  const isForGood = kind === 'not-permitted' || kind === 'not-visible' || kind === 'erased';
  const action =
    kind === 'signed-out' ? (
      <Button onClick={() => void session.signIn()}>{t('session.sign-in-again')}</Button>
    ) : (
      <Button onClick={() => window.location.reload()}>{t('common.reload')}</Button>
    );
  return (
    <div className="player-alert">
      <Alert
        type={isForGood ? 'warning' : 'error'}
        header={t(`player.failure.${kind}.title`)}
        action={isForGood ? undefined : action}
      >
        {t(`player.failure.${kind}.detail`)}
      </Alert>
    </div>
  );
}
