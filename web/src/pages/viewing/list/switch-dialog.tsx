import { changeSiteSettings } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { AskDialog } from '../../policies/content/ask-dialog.tsx';
import { useViewerNames } from '../content/use-viewer-names.ts';
import type { ViewingPolicies } from '../content/use-viewing-policies.ts';

export interface SwitchDialogProps {
  list: ViewingPolicies;
  onDone(): void;
  onClose(): void;
}

/** Switches viewing policies on or off for all of the deployment, and says before who sees what then (VIEW-002). */
export function SwitchDialog({ list: { policies, areOn }, onDone, onClose }: SwitchDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const namesOf = useViewerNames();
  const change = areOn ? 'off' : 'on';
  const viewers = policies.flatMap(({ rules }) => rules.map(({ viewer }) => viewer));
  const apply = async () => {
    await api(changeSiteSettings, { body: { areViewingPoliciesOn: !areOn } });
    notify({ type: 'success', text: t(`viewing.switch.done-${change}`) });
    onClose();
    onDone();
  };
  return (
    <AskDialog
      title={t(`viewing.switch.title-${change}`)}
      confirm={t(`viewing.switch.confirm-${change}`)}
      onConfirm={apply}
      onCancel={onClose}
    >
      {areOn ? (
        <Box variant="p">{t('viewing.switch.effect-off')}</Box>
      ) : policies.length === 0 ? (
        <Box variant="p">{t('viewing.switch.effect-on-empty')}</Box>
      ) : (
        <>
          <Box variant="p">
            {viewers.length === 0
              ? t('viewing.switch.effect-on-nobody')
              : t('viewing.switch.effect-on', { viewers: namesOf(viewers) })}
          </Box>
          <Alert type="warning">{t('viewing.unnamed')}</Alert>
        </>
      )}
      <Box color="text-body-secondary">{t('viewing.at-once')}</Box>
    </AskDialog>
  );
}
