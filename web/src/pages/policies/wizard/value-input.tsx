import Autosuggest from '@cloudscape-design/components/autosuggest';
import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import SegmentedControl from '@cloudscape-design/components/segmented-control';
import SpaceBetween from '@cloudscape-design/components/space-between';
import TokenGroup from '@cloudscape-design/components/token-group';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { NamedSuggestion, Suggest } from './use-suggestions.ts';

interface ListInputProps {
  label: string;
  error: string | undefined;
  /** What is listed, as people read it. */
  tokens: readonly { label: string; tag?: string }[];
  onRemove(index: number): void;
  /** Adds these and says which of them are wrong. */
  onAdd(texts: readonly string[]): readonly string[];
  check(text: string): boolean;
  wrong: string;
  placeholder?: string;
  suggest: (text: string) => Promise<readonly (string | NamedSuggestion)[]>;
}

/** Several can be pasted at once, separated by `;` or line breaks; a comma may be part of a name. */
const separators = /[;\n\r\t]+/;
const shownTokens = 30;

function ListInput(props: ListInputProps) {
  const { label, error, tokens, onRemove, onAdd, check, wrong, placeholder, suggest } = props;
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [options, setOptions] = useState<readonly (string | NamedSuggestion)[]>([]);
  const [status, setStatus] = useState<'pending' | 'loading' | 'finished'>('pending');
  const entered = text
    .split(separators)
    .map((one) => one.trim())
    .filter((one) => one !== '');
  const bad = entered.filter((one) => !check(one));
  const add = (value: string) => {
    const given = value
      .split(separators)
      .map((one) => one.trim())
      .filter((one) => one !== '');
    setText(onAdd(given).join('; '));
  };
  const load = async (typed: string) => {
    setStatus('loading');
    setOptions(await suggest(typed));
    setStatus('finished');
  };
  return (
    <SpaceBetween size="xs">
      <FormField
        label={t('policies.wizard.add-to', { criterion: label })}
        constraintText={t('policies.wizard.several')}
        errorText={bad.length > 0 ? `${wrong} (${bad.slice(0, 3).join('; ')})` : error}
        secondaryControl={
          <Button disabled={entered.length === 0 || bad.length > 0} onClick={() => add(text)}>
            {t('policies.wizard.add')}
          </Button>
        }
      >
        <Autosuggest
          value={text}
          ariaLabel={label}
          {...(placeholder === undefined ? {} : { placeholder })}
          options={options.map(optionOf)}
          filteringType="auto"
          statusType={status}
          loadingText={t('policies.wizard.looking')}
          empty={t('policies.wizard.nothing-known')}
          enteredTextLabel={(value) => t('policies.wizard.use', { value })}
          onChange={({ detail }) => setText(detail.value)}
          onLoadItems={({ detail }) => void load(detail.filteringText)}
          onSelect={({ detail }) => add(detail.value)}
        />
      </FormField>
      <TokenGroup
        limit={shownTokens}
        items={tokens.map((token) => ({
          label: token.label,
          ...(token.tag === undefined ? {} : { labelTag: token.tag }),
          dismissLabel: t('policies.wizard.remove', { value: token.label }),
        }))}
        onDismiss={({ detail }) => onRemove(detail.itemIndex)}
      />
    </SpaceBetween>
  );
}

function optionOf(suggestion: string | NamedSuggestion) {
  if (typeof suggestion === 'string') return { value: suggestion };
  const { value, label, description } = suggestion;
  return { value, label, description, ...(label === value ? {} : { labelTag: value }) };
}

export interface TextValueInputProps
  extends Pick<ListInputProps, 'label' | 'error' | 'check' | 'wrong' | 'placeholder' | 'suggest'> {
  values: readonly string[];
  /** Under which a value is known, where that is another. */
  nameOf?(value: string): string | undefined;
  onChange(values: string[]): void;
}

/** A list of texts. */
export function TextValueInput({ values, nameOf, onChange, ...others }: TextValueInputProps) {
  return (
    <ListInput
      {...others}
      tokens={values.map((value) => {
        const name = nameOf?.(value);
        return name === undefined ? { label: value } : { label: name, tag: value };
      })}
      onRemove={(index) => onChange(values.filter((_, at) => at !== index))}
      onAdd={(texts) => {
        const good = texts.filter(others.check);
        onChange([...new Set([...values, ...good])]);
        return texts.filter((text) => !others.check(text));
      }}
    />
  );
}

export interface KindValueInputProps<K extends string> extends Pick<ListInputProps, 'label' | 'error'> {
  kinds: readonly K[];
  values: readonly { kind: K; name: string }[];
  onChange(values: { kind: K; name: string }[]): void;
  suggest: Suggest<K>;
}

/** A list of names of several kinds: the kind is picked first. */
export function KindValueInput<K extends string>(props: KindValueInputProps<K>) {
  const { label, error, kinds, values, onChange, suggest } = props;
  const { t } = useTranslation();
  const [kind, setKind] = useState<K | undefined>(kinds[0]);
  if (kind === undefined) return null;
  return (
    <SpaceBetween size="s">
      <SegmentedControl
        label={label}
        selectedId={kind}
        onChange={({ detail }) => setKind(kinds.find((one) => one === detail.selectedId))}
        options={kinds.map((id) => ({ id, text: t(`policies.kind.${id}`) }))}
      />
      <ListInput
        key={kind}
        label={t(`policies.kind.${kind}`)}
        error={error}
        check={(text) => text.length <= 256}
        wrong={t('policies.wizard.wrong.label')}
        suggest={(text) => suggest(kind, text)}
        tokens={values.map((value) => ({ label: value.name, tag: t(`policies.kind.${value.kind}`) }))}
        onRemove={(index) => onChange(values.filter((_, at) => at !== index))}
        onAdd={(texts) => {
          const known = new Set(values.map((value) => `${value.kind} ${value.name.toLowerCase()}`));
          const fresh = texts.filter((text) => !known.has(`${kind} ${text.toLowerCase()}`));
          onChange([...values, ...[...new Set(fresh)].map((name) => ({ kind, name }))]);
          return [];
        }}
      />
    </SpaceBetween>
  );
}
