import { type SessionId, sessionIdSchema } from '@afterimage/contracts';
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { type ChosenPolicy, chosenPolicyOf, PolicyChoice } from '../content/policy-choice.tsx';
import { useAddress } from '../content/use-address.ts';
import { SessionChoice } from './session-choice.tsx';
import { addressOfTyped, attributesOf, type TypedSession, typedFields, typedSessionOf } from './tested-session.ts';

export interface TestFormProps {
  isBusy: boolean;
  /** The same question once more. */
  onAgain(): void;
}

/** Which policy, and which session: a past one or one that is made up. */
export function TestForm({ isBusy, onAgain }: TestFormProps) {
  const { t } = useTranslation();
  const { roles } = useSignedIn();
  const isAdministrator = roles.includes('PolicyAdministrator');
  const [address, setAddress] = useAddress();
  const [isPast, setPast] = useState(isAdministrator && address.get('user') === null);
  const [policy, setPolicy] = useState<ChosenPolicy>(() => chosenPolicyOf(address));
  const [sessionId, setSessionId] = useState<SessionId | undefined>(
    sessionIdSchema.safeParse(address.get('session')).data,
  );
  const [typed, setTyped] = useState<TypedSession>(() => typedSessionOf(address));
  const canTest = isPast ? sessionId !== undefined : attributesOf(typed) !== undefined;
  const test = () => {
    const none = Object.fromEntries(typedFields.map((field) => [field, undefined]));
    const before = address.toString();
    const next = {
      policy: policy.policyId,
      draft: policy.isDraft ? '1' : undefined,
      ...(isPast ? { ...none, session: sessionId } : addressOfTyped(typed)),
    };
    setAddress(next);
    if (Object.entries(next).every(([name, value]) => (value ?? '') === (new URLSearchParams(before).get(name) ?? '')))
      onAgain();
  };
  return (
    <Container
      footer={
        <Button variant="primary" disabled={!canTest} loading={isBusy} onClick={test}>
          {t('policies.test.run')}
        </Button>
      }
    >
      <SpaceBetween size="l">
        {isAdministrator && (
          <SpaceBetween size="l">
            <PolicyChoice chosen={policy} onChoose={setPolicy} />
            <SegmentedControl
              label={t('policies.test.which')}
              selectedId={isPast ? 'past' : 'typed'}
              onChange={({ detail }) => setPast(detail.selectedId === 'past')}
              options={[
                { id: 'past', text: t('policies.test.past') },
                { id: 'typed', text: t('policies.test.typed') },
              ]}
            />
          </SpaceBetween>
        )}
        {isPast ? (
          <SessionChoice sessionId={sessionId} onChoose={setSessionId} />
        ) : (
          <TypedFields typed={typed} onChange={setTyped} onEnter={() => canTest && test()} />
        )}
      </SpaceBetween>
    </Container>
  );
}

function TypedFields(props: { typed: TypedSession; onChange(typed: TypedSession): void; onEnter(): void }) {
  const { typed, onChange, onEnter } = props;
  const { t } = useTranslation();
  return (
    <ColumnLayout columns={3}>
      {typedFields.map((field) => (
        <FormField
          key={field}
          label={t(`policies.test.field.${field}`)}
          constraintText={t(`policies.test.field.${field}-help`)}
        >
          <Input
            value={typed[field]}
            spellcheck={false}
            onChange={({ detail }) => onChange({ ...typed, [field]: detail.value })}
            onKeyDown={({ detail }) => detail.key === 'Enter' && onEnter()}
          />
        </FormField>
      ))}
    </ColumnLayout>
  );
}
