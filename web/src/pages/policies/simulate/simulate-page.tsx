import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { chosenPolicyOf, usePolicyInQuestion } from '../content/policy-choice.tsx';
import { useAddress } from '../content/use-address.ts';
import { ChangedSessions } from './changed-sessions.tsx';
import { ComparedTotals } from './compared-totals.tsx';
import { SimulateForm, shownDays } from './simulate-form.tsx';
import { SimulationProgress } from './simulation-progress.tsx';
import { type RunningSimulation, useSimulation } from './use-simulation.ts';
import '../content/policies.css';

/** What a policy would have done with the sessions of the last days. Nothing is changed by it. */
export default function SimulatePage() {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const [address] = useAddress();
  const title = t('policies.simulate.title');
  usePageFrame({ title });
  const policy = usePolicyInQuestion(chosenPolicyOf(address));
  const days = shownDays(address);
  const isWanted = address.get('run') === '1' && policy !== undefined;
  const simulation = useSimulation(isWanted ? { ...policy, days } : undefined);
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={t('policies.simulate.description')}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <SimulateForm simulation={simulation} />
        {policy === undefined && <Alert type="error">{t('policies.choice.draft-wrong')}</Alert>}
        {simulation.status === 'idle' && policy !== undefined && (
          <Container>
            <Box textAlign="center" color="text-body-secondary" padding={{ vertical: 'l' }}>
              {t('policies.simulate.empty')}
            </Box>
          </Container>
        )}
        {simulation.status === 'failed' && (
          <ProblemAlert
            area="policies"
            error={simulation.error}
            onRetry={simulation.again}
            onSignIn={() => void session.signIn()}
          />
        )}
        {simulation.status !== 'idle' && <Result simulation={simulation} days={days} />}
      </SpaceBetween>
    </ContentLayout>
  );
}

function Result({ simulation, days }: { simulation: RunningSimulation; days: number }) {
  const { t } = useTranslation();
  const { status, result } = simulation;
  if (status === 'done' && result.before.sessions === 0) {
    return (
      <Container>
        <Box textAlign="center" padding={{ vertical: 'l' }}>
          <Box variant="strong" display="block">
            {t('policies.simulate.no-sessions', { count: days })}
          </Box>
          <Box color="text-body-secondary">{t('policies.simulate.no-sessions-detail')}</Box>
        </Box>
      </Container>
    );
  }
  return (
    <SpaceBetween size="l">
      <SimulationProgress simulation={simulation} days={days} />
      {status === 'stopped' && (
        <Alert type="warning" action={<Button onClick={simulation.again}>{t('policies.simulate.again')}</Button>}>
          {t('policies.simulate.stopped')}
        </Alert>
      )}
      {result.before.sessions > 0 && <ComparedTotals result={result} isDone={status === 'done'} days={days} />}
      {result.before.sessions > 0 && <ChangedSessions result={result} isDone={status === 'done'} />}
    </SpaceBetween>
  );
}
