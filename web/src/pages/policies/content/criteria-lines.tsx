import type { RuleCriteria } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import { useTranslation } from 'react-i18next';
import { useRuleWords } from './use-rule-words.ts';

/** What a session must be for a rule to match, a line for each criterion. */
export function CriteriaLines({ criteria }: { criteria: RuleCriteria }) {
  const { t } = useTranslation();
  const words = useRuleWords();
  const lines = words.criteria(criteria);
  if (lines.length === 0) return <>{t('policies.words.everyone')}</>;
  return (
    <ul className="policy-lines">
      {lines.map((line, index) => (
        <li key={line}>
          {index > 0 && (
            <Box variant="span" color="text-body-secondary">
              {`${t('policies.words.and')} `}
            </Box>
          )}
          {line}
        </li>
      ))}
    </ul>
  );
}
