import type { Principal } from '@afterimage/contracts';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Suggest } from '../../policies/wizard/use-suggestions.ts';

const kinds: readonly Principal['kind'][] = ['user', 'group'];

export interface ViewerInputProps {
  viewer: Principal;
  error: string | undefined;
  suggest: Suggest<Principal['kind']>;
  onChange(viewer: Principal): void;
}

/** Exactly one user or group; another choice takes the place of the one before (VIEW-006). */
export function ViewerInput({ viewer, error, suggest, onChange }: ViewerInputProps) {
  const { t } = useTranslation();
  const [options, setOptions] = useState<readonly string[]>([]);
  const [isLoading, setLoading] = useState(false);
  const load = async (text: string) => {
    setLoading(true);
    setOptions(await suggest(viewer.kind, text));
    setLoading(false);
  };
  return (
    <FormField
      label={t('viewing.rule.viewer')}
      description={t('viewing.rule.viewer-help')}
      {...(error === undefined ? {} : { errorText: error })}
    >
      <SpaceBetween size="xs">
        <SegmentedControl
          label={t('viewing.rule.viewer-kind')}
          selectedId={viewer.kind}
          onChange={({ detail }) => {
            const kind = kinds.find((one) => one === detail.selectedId);
            if (kind === undefined || kind === viewer.kind) return;
            setOptions([]);
            onChange({ ...viewer, kind });
          }}
          options={kinds.map((id) => ({ id, text: t(`policies.kind.${id}`) }))}
        />
        <Autosuggest
          key={viewer.kind}
          value={viewer.name}
          ariaLabel={t('viewing.rule.viewer')}
          options={options.map((value) => ({ value }))}
          filteringType="auto"
          statusType={isLoading ? 'loading' : 'finished'}
          loadingText={t('policies.wizard.looking')}
          empty={t('viewing.rule.viewer-unknown')}
          enteredTextLabel={(value) => t('policies.wizard.use', { value })}
          onChange={({ detail }) => onChange({ ...viewer, name: detail.value.slice(0, 256) })}
          onLoadItems={({ detail }) => void load(detail.filteringText)}
        />
      </SpaceBetween>
    </FormField>
  );
}
