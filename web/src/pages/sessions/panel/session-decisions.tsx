import type { RecordingDecision } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../../time/format.ts';
import { ActionLabel } from '../../policies/content/action-label.tsx';
import '../../policies/content/policies.css';

/** What was decided before, newest first; `decisions` comes oldest first. */
export function SessionDecisions({ decisions }: { decisions: readonly RecordingDecision[] }) {
  const { t, i18n } = useTranslation();
  if (decisions.length === 0) return null;
  return (
    <ExpandableSection headerText={t('sessions.panel.earlier', { count: decisions.length })}>
      <ul className="policy-lines">
        {decisions.toReversed().map((decision) => (
          <li key={decision.decidedAt}>
            <ActionLabel action={decision.action} />
            <Box display="block">{decision.reason}</Box>
            <Box variant="small" display="block" color="text-body-secondary">
              {formatMoment(decision.decidedAt, i18n.language)} ·{' '}
              {t('recordings.panel.policy-version', { policy: decision.policyName, version: decision.policyVersion })}
            </Box>
          </li>
        ))}
      </ul>
    </ExpandableSection>
  );
}
