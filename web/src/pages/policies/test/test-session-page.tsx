import { testRecordingPolicy } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { chosenPolicyOf, usePolicyInQuestion } from '../content/policy-choice.tsx';
import { useAddress } from '../content/use-address.ts';
import { DecisionBox } from './decision-box.tsx';
import { ExplainedRules } from './explained-rules.tsx';
import { TestForm } from './test-form.tsx';
import { testedSessionOf } from './tested-session.ts';
import '../content/policies.css';

/** How a policy decides one session, and why. The question is in the address: it can be linked and asked again. */
export default function TestSessionPage() {
  const { t } = useTranslation();
  const { api, session } = useSignedIn();
  const [address] = useAddress();
  const title = t('policies.test.title');
  usePageFrame({ title });
  const policy = usePolicyInQuestion(chosenPolicyOf(address));
  const tested = testedSessionOf(address);
  const body = policy === undefined || tested === undefined ? undefined : { ...policy, ...tested };
  const result = usePolling(
    `test ${JSON.stringify(body)}`,
    async (signal) => (body === undefined ? undefined : api(testRecordingPolicy, { body }, signal)),
    undefined,
  );
  return (
    <ContentLayout
      header={
        <Header variant="h1" description={t('policies.test.description')}>
          {title}
        </Header>
      }
    >
      <SpaceBetween size="l">
        <TestForm
          key={address.get('session') ?? 'typed'}
          isBusy={body !== undefined && result.isLoading}
          onAgain={result.refresh}
        />
        {body === undefined ? (
          <Nothing text={t(policy === undefined ? 'policies.choice.draft-wrong' : 'policies.test.empty')} />
        ) : result.error !== undefined ? (
          <ProblemAlert
            area="policies"
            error={result.error}
            onRetry={result.refresh}
            onSignIn={() => void session.signIn()}
          />
        ) : result.data === undefined ? (
          <StatusIndicator type="loading">{t('policies.test.deciding')}</StatusIndicator>
        ) : (
          <SpaceBetween size="l">
            <DecisionBox decision={result.data.decision} attributes={result.data.attributes} />
            <ExplainedRules decision={result.data.decision} rules={result.data.rules} />
          </SpaceBetween>
        )}
      </SpaceBetween>
    </ContentLayout>
  );
}

function Nothing({ text }: { text: string }) {
  return (
    <Container>
      <Box textAlign="center" color="text-body-secondary" padding={{ vertical: 'l' }}>
        {text}
      </Box>
    </Container>
  );
}
