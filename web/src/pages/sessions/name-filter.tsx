import Autosuggest from '@cloudscape-design/components/autosuggest';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface NameFilterProps {
  label: string;
  /** The name that is filtered by; empty: none. */
  name: string;
  /** Names on the list that is shown. */
  known: readonly string[];
  onChange(name: string): void;
}

/** One whole name, out of those on the list or as it is typed. */
export function NameFilter({ label, name, known, onChange }: NameFilterProps) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(name);
  useEffect(() => setTyped(name), [name]);
  return (
    <Autosuggest
      value={typed}
      ariaLabel={label}
      placeholder={label}
      options={[...new Set(known)].toSorted().map((value) => ({ value }))}
      enteredTextLabel={(value) => t('sessions.filter-by', { name: value })}
      empty={t('sessions.no-names')}
      clearAriaLabel={t('recordings.clear-filter')}
      onChange={({ detail }) => {
        setTyped(detail.value);
        if (detail.value === '') onChange('');
      }}
      onSelect={({ detail }) => onChange(detail.value.trim())}
    />
  );
}
