import type { AnyRecordingRule } from '@afterimage/contracts';
import Badge from '@cloudscape-design/components/badge';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Icon from '@cloudscape-design/components/icon';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { ActionLabel } from '../content/action-label.tsx';
import { CriteriaLines } from '../content/criteria-lines.tsx';
import { useRuleWords } from '../content/use-rule-words.ts';

export interface RuleRow {
  key: string;
  /** From 1: who stands first wins. Undefined: it is removed and decides nothing. */
  place: number | undefined;
  /** Undefined: the fallback. */
  rule: AnyRecordingRule | undefined;
  /** Against what the changes were made from. */
  mark: 'new' | 'changed' | 'removed' | undefined;
}

export interface RuleColumnOptions {
  isEditable: boolean;
  onOpen(ruleId: string): void;
  onRemove(ruleId: string): void;
  onRestore(ruleId: string): void;
}

export function useRuleColumns({
  isEditable,
  onOpen,
  onRemove,
  onRestore,
}: RuleColumnOptions): TableProps.ColumnDefinition<RuleRow>[] {
  const { t } = useTranslation();
  const words = useRuleWords();
  const actions: TableProps.ColumnDefinition<RuleRow> = {
    id: 'actions',
    header: t('policies.rules.actions'),
    width: 100,
    cell: ({ rule, mark }) => {
      if (rule === undefined) return null;
      if (mark === 'removed') {
        return (
          <Button
            variant="inline-icon"
            iconName="undo"
            ariaLabel={t('policies.rules.restore', { name: rule.name })}
            onClick={() => onRestore(rule.ruleId)}
          />
        );
      }
      return (
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            variant="inline-icon"
            iconName="edit"
            ariaLabel={t('policies.rules.edit', { name: rule.name })}
            onClick={() => onOpen(rule.ruleId)}
          />
          <Button
            variant="inline-icon"
            iconName="remove"
            ariaLabel={t('policies.rules.remove', { name: rule.name })}
            onClick={() => onRemove(rule.ruleId)}
          />
        </SpaceBetween>
      );
    },
  };
  return [
    { id: 'place', header: '#', width: 60, cell: ({ place }) => <span className="tabular">{place ?? '–'}</span> },
    {
      id: 'name',
      header: t('policies.rules.name'),
      width: 190,
      minWidth: 160,
      isRowHeader: true,
      cell: (row) => <RuleName row={row} />,
    },
    {
      id: 'criteria',
      header: t('policies.rules.when'),
      minWidth: 200,
      cell: ({ rule }) =>
        rule === undefined ? t('policies.fallback.when') : <CriteriaLines criteria={rule.criteria} />,
    },
    {
      id: 'action',
      header: t('policies.rules.then'),
      width: 280,
      minWidth: 190,
      cell: ({ rule }) => (
        <>
          <ActionLabel action={rule?.action ?? 'do-not-record'} />
          {rule !== undefined && (
            <Box variant="small" display="block" color="text-body-secondary">
              <ul className="policy-lines">
                {words.options(rule.options).map((line) => (
                  <li key={line}>{line}</li>
                ))}
              </ul>
            </Box>
          )}
        </>
      ),
    },
    ...(isEditable ? [actions] : []),
  ];
}

const markColours = { new: 'green', changed: 'blue', removed: 'red' } as const;

function RuleName({ row: { rule, mark } }: { row: RuleRow }) {
  const { t } = useTranslation();
  if (rule === undefined) {
    return (
      <span title={t('policies.fallback.locked')}>
        <Icon name="lock-private" ariaLabel={t('policies.fallback.locked')} /> {t('policies.fallback.name')}
      </span>
    );
  }
  return (
    <span className="policy-name">
      {rule.name} {mark !== undefined && <Badge color={markColours[mark]}>{t(`policies.rules.${mark}`)}</Badge>}
    </span>
  );
}
