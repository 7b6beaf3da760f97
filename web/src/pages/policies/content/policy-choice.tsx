import { type RecordingPolicyDraft, type RecordingPolicyId, recordingPolicyIdSchema } from '@afterimage/contracts';
import Checkbox from '@cloudscape-design/components/checkbox';
import FormField from '@cloudscape-design/components/form-field';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { usePolicyList } from '../list/use-policy-list.ts';
import { problemsOf, storableOf } from './storable-policy.ts';
import { useUnsavedContent } from './use-policy-draft.ts';

/** Which policy is asked about, as an address has it. */
export interface ChosenPolicy {
  /** Undefined: the active one. */
  policyId: RecordingPolicyId | undefined;
  /** With what this person has changed and not saved. */
  isDraft: boolean;
}

export function chosenPolicyOf(address: URLSearchParams): ChosenPolicy {
  const policyId = recordingPolicyIdSchema.safeParse(address.get('policy')).data;
  return { policyId, isDraft: policyId !== undefined && address.get('draft') === '1' };
}

/** The policy as the service takes it in a question; undefined while the draft is one that it would refuse. */
export function usePolicyInQuestion({
  policyId,
  isDraft,
}: ChosenPolicy): { policyId?: RecordingPolicyId; draft?: RecordingPolicyDraft } | undefined {
  const unsaved = useUnsavedContent(policyId);
  if (policyId === undefined) return {};
  if (!isDraft || unsaved === undefined) return { policyId };
  return problemsOf(unsaved).length > 0 ? undefined : { draft: storableOf(unsaved) };
}

export interface PolicyChoiceProps {
  chosen: ChosenPolicy;
  onChoose(chosen: ChosenPolicy): void;
}

/** Picks the active policy, a stored one, or one with the changes that are not saved yet. */
export function PolicyChoice({ chosen, onChoose }: PolicyChoiceProps) {
  const { t } = useTranslation();
  const list = usePolicyList();
  const unsaved = useUnsavedContent(chosen.policyId);
  const policies = list.data?.policies ?? [];
  const active = policies.find(({ policyId }) => policyId === list.data?.activePolicyId);
  const activeOption = {
    value: '',
    label: active === undefined ? t('policies.choice.active') : t('policies.choice.active-is', { name: active.name }),
  };
  const options = policies
    .filter((policy) => policy !== active)
    .map(({ policyId, name, isSystemDefined }) => ({
      value: policyId,
      label: name,
      description: t(isSystemDefined ? 'policies.system-defined' : 'policies.custom'),
    }));
  const activeIsChosen =
    chosen.policyId === undefined || (chosen.policyId === active?.policyId && unsaved === undefined);
  const named = active?.policyId === chosen.policyId ? active : undefined;
  const selected = activeIsChosen
    ? activeOption
    : (options.find(({ value }) => value === chosen.policyId) ?? {
        value: chosen.policyId ?? '',
        label: named?.name ?? t('policies.choice.other'),
      });
  return (
    <SpaceBetween size="xs">
      <FormField
        label={t('policies.policy')}
        {...(list.error === undefined ? {} : { errorText: t('policies.choice.failed') })}
      >
        <Select
          selectedOption={selected}
          options={[activeOption, ...options]}
          statusType={list.data === undefined && list.error === undefined ? 'loading' : 'finished'}
          loadingText={t('policies.list.loading')}
          filteringType="auto"
          filteringAriaLabel={t('policies.list.find')}
          onChange={({ detail }) => {
            const policyId = recordingPolicyIdSchema.safeParse(detail.selectedOption.value).data;
            onChoose({ policyId, isDraft: false });
          }}
        />
      </FormField>
      {unsaved !== undefined && (
        <Checkbox
          checked={chosen.isDraft}
          onChange={({ detail }) => onChoose({ ...chosen, isDraft: detail.checked })}
          description={t('policies.choice.draft-help')}
        >
          {t('policies.choice.draft')}
        </Checkbox>
      )}
    </SpaceBetween>
  );
}
