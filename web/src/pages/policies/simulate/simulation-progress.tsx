import ProgressBar from '@cloudscape-design/components/progress-bar';
import { useTranslation } from 'react-i18next';
import { formatMoment } from '../../../time/format.ts';
import { progressOf } from './simulation.ts';
import type { RunningSimulation } from './use-simulation.ts';

export function SimulationProgress({ simulation, days }: { simulation: RunningSimulation; days: number }) {
  const { t, i18n } = useTranslation();
  const { status, result, beganMs } = simulation;
  if (status !== 'running') return null;
  const { reachedAt } = result;
  return (
    <ProgressBar
      value={Math.round(100 * progressOf(result, days, beganMs))}
      label={t('policies.simulate.running')}
      additionalInfo={
        reachedAt === undefined
          ? t('policies.simulate.counted', { count: result.before.sessions })
          : t('policies.simulate.counted-back-to', {
              count: result.before.sessions,
              at: formatMoment(reachedAt, i18n.language),
            })
      }
    />
  );
}
