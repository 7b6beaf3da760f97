import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Slider from '@cloudscape-design/components/slider';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type ChosenPolicy, chosenPolicyOf, PolicyChoice } from '../content/policy-choice.tsx';
import { useAddress } from '../content/use-address.ts';
import type { RunningSimulation } from './use-simulation.ts';

const mostDays = 30;

/** The days that an address asks for; all of them when it does not say. */
export function shownDays(address: URLSearchParams): number {
  const days = Number(address.get('days'));
  return Number.isInteger(days) && days >= 1 && days <= mostDays ? days : mostDays;
}

export function SimulateForm({ simulation }: { simulation: RunningSimulation }) {
  const { t } = useTranslation();
  const [address, setAddress] = useAddress();
  const [policy, setPolicy] = useState<ChosenPolicy>(() => chosenPolicyOf(address));
  const [days, setDays] = useState(() => shownDays(address));
  const run = () => {
    const shown = chosenPolicyOf(address);
    const isSame =
      address.get('run') === '1' &&
      shown.policyId === policy.policyId &&
      shown.isDraft === policy.isDraft &&
      shownDays(address) === days;
    if (isSame) return simulation.again();
    setAddress({
      policy: policy.policyId,
      draft: policy.isDraft ? '1' : undefined,
      days: days === mostDays ? undefined : String(days),
      run: '1',
      change: undefined,
    });
  };
  return (
    <Container
      footer={
        simulation.status === 'running' ? (
          <Button onClick={simulation.stop}>{t('policies.simulate.stop')}</Button>
        ) : (
          <Button variant="primary" onClick={run}>
            {t('policies.simulate.run')}
          </Button>
        )
      }
    >
      <ColumnLayout columns={2}>
        <PolicyChoice chosen={policy} onChoose={setPolicy} />
        <FormField label={t('policies.simulate.days')} description={t('policies.simulate.days-value', { count: days })}>
          <Slider
            value={days}
            min={1}
            max={mostDays}
            ariaLabel={t('policies.simulate.days')}
            valueFormatter={(count) => t('policies.simulate.days-short', { count })}
            onChange={({ detail }) => setDays(detail.value)}
          />
        </FormField>
      </ColumnLayout>
    </Container>
  );
}
