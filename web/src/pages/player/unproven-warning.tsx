import type { Player } from '@afterimage/player';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';

/** PLY-091: a recording whose origin and integrity are not verified is watched after a warning only. */
export function UnprovenWarning({ isRefused, player }: { isRefused: boolean; player: Player | undefined }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [isAccepted, setAccepted] = useState(false);
  const isShown = isRefused && !isAccepted;
  const leave = () => void navigate('/recordings');
  useEffect(() => {
    if (isShown) player?.pause();
  }, [isShown, player]);
  const goOn = () => {
    setAccepted(true);
    player?.play();
  };
  return (
    <Modal
      visible={isShown}
      onDismiss={leave}
      header={t('player.proof.refused-title')}
      closeAriaLabel={t('common.back')}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button onClick={goOn}>{t('player.proof.refused-go-on')}</Button>
            <Button variant="primary" onClick={leave}>
              {t('common.back')}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      {t('player.proof.refused-question')}
    </Modal>
  );
}
