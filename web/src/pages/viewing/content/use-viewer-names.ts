import type { Principal } from '@afterimage/contracts';
import { useTranslation } from 'react-i18next';
import { useRuleWords } from '../../policies/content/use-rule-words.ts';

const shownNames = 8;

/** Each viewer once, in words: `rita and group Auditors`. More than eight are counted, not listed. */
export function useViewerNames(): (viewers: readonly Principal[]) => string {
  const { t, i18n } = useTranslation();
  const words = useRuleWords();
  return (viewers) => {
    const once = new Map(viewers.map(({ kind, name }) => [`${kind} ${name.toLowerCase()}`, { kind, text: name }]));
    const names = [...once.values()].map(words.value);
    const rest = names.length - shownNames;
    const shown = rest > 0 ? [...names.slice(0, shownNames), t('policies.words.more', { count: rest })] : names;
    return new Intl.ListFormat(i18n.language).format(shown);
  };
}
