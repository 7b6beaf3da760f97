import type { PlaybackFailureKind } from '@afterimage/player';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';
import { ProblemAlert } from '../../shell/problem-alert.tsx';
import { PlayerFailure } from './player-failure.tsx';

export interface PlayerAbsentProps {
  /** Why nothing of the recording may be on the page any more. */
  withdrawn: PlaybackFailureKind | undefined;
  error: unknown;
  onRetry(): void;
}

/** What stands in the player's place while there is none. */
export function PlayerAbsent({ withdrawn, error, onRetry }: PlayerAbsentProps) {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const navigate = useNavigate();
  return (
    <Box padding="xxl">
      {withdrawn === undefined && error === undefined ? (
        <StatusIndicator type="loading">{t('player.loading')}</StatusIndicator>
      ) : (
        <>
          {withdrawn === undefined ? (
            <ProblemAlert error={error} onRetry={onRetry} onSignIn={() => void session.signIn()} />
          ) : (
            <PlayerFailure kind={withdrawn} />
          )}
          <Box margin={{ top: 'm' }}>
            <Button onClick={() => void navigate('/recordings')}>{t('common.back')}</Button>
          </Box>
        </>
      )}
    </Box>
  );
}
