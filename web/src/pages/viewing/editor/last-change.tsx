import type { ViewingPolicy } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../../time/format.ts';

export function LastChange({ policy: { version, changedBy, changedAt } }: { policy: ViewingPolicy }) {
  const { t, i18n } = useTranslation();
  return (
    <Box color="text-body-secondary">
      {t('notices.changed', { version, who: changedBy, when: formatMoment(changedAt, i18n.language) })}
    </Box>
  );
}
