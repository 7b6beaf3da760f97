import type { RecordingDecision, SessionAttributes } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ActionLabel } from '../content/action-label.tsx';
import { useApplicationLabel } from '../content/use-application-names.ts';
import { useRuleWords } from '../content/use-rule-words.ts';

export interface DecisionBoxProps {
  decision: RecordingDecision;
  attributes: SessionAttributes;
}

/** The decision, why, and what comes with it. */
export function DecisionBox({ decision, attributes }: DecisionBoxProps) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const { notice, ruleId, ruleName, policyId, policyName, policyVersion } = decision;
  const options = words.options(decision.options);
  const isFallback = ruleId === 'fallback';
  const told =
    notice === undefined
      ? t('policies.test.not-told')
      : `${notice.title} (${notice.language}${notice.requiresConsent ? `, ${t('policies.test.consent')}` : ''})`;
  return (
    <Container
      header={
        <Header variant="h2" description={t('policies.test.decision')}>
          <ActionLabel action={decision.action} />
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Box fontSize="heading-s">{decision.reason}</Box>
        <KeyValuePairs
          columns={3}
          items={[
            {
              label: t('policies.policy'),
              value: (
                <PolicyLink policyId={policyId}>
                  {t('recordings.panel.policy-version', { policy: policyName, version: policyVersion })}
                </PolicyLink>
              ),
            },
            { label: t('policies.test.rule'), value: isFallback ? t('policies.fallback.name') : ruleName },
            { label: t('policies.test.told'), value: told },
            {
              label: t('policies.wizard.action.options'),
              value: options.length === 0 ? t('policies.wizard.no-options') : options.join('; '),
            },
          ]}
        />
        {notice !== undefined && (
          <ExpandableSection headerText={t('policies.test.notice')}>
            <Box variant="strong">{notice.title}</Box>
            <div className="policy-notice">{notice.body}</div>
          </ExpandableSection>
        )}
        <ExpandableSection headerText={t('policies.test.taken-for')}>
          <AttributeList attributes={attributes} />
        </ExpandableSection>
      </SpaceBetween>
    </Container>
  );
}

function PolicyLink({ policyId, children }: { policyId: string; children: ReactNode }) {
  const navigate = useNavigate();
  const { roles } = useSignedIn();
  const href = `/policies/recording/${policyId}`;
  if (!roles.includes('PolicyAdministrator')) return <>{children}</>;
  return (
    <Link
      href={href}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(href);
      }}
    >
      {children}
    </Link>
  );
}

function AttributeList({ attributes }: Pick<DecisionBoxProps, 'attributes'>) {
  const { t } = useTranslation();
  const label = useApplicationLabel();
  const { user, host, application, clientAddress, groups, machineGroups, accessTags } = attributes;
  const list = (values: readonly { value: string; assertedBy: string }[]) =>
    values.length === 0
      ? '–'
      : values.map(({ value, assertedBy }) => `${value} (${t(`policies.asserted.${assertedBy}`)})`).join(', ');
  return (
    <KeyValuePairs
      columns={3}
      items={[
        { label: t('policies.test.field.user'), value: user.value },
        { label: t('policies.test.field.host'), value: host.value },
        {
          label: t('policies.test.field.application'),
          value: application === undefined ? '–' : label(application.value),
        },
        { label: t('policies.test.field.address'), value: clientAddress?.value ?? '–' },
        { label: t('policies.test.field.groups'), value: list(groups) },
        { label: t('policies.test.field.machineGroups'), value: list(machineGroups) },
        { label: t('policies.test.field.tags'), value: list(accessTags) },
      ]}
    />
  );
}
