import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';
import type { ViewingFormRule, ViewingProblem } from '../content/viewing-form.ts';
import { ViewingRuleLine } from '../content/viewing-rule-line.tsx';
import { RuleFields } from './rule-fields.tsx';

export interface RuleBoxProps {
  rule: ViewingFormRule;
  /** JSON pointer of the rule in the draft. */
  place: string;
  /** Those of this rule. */
  problems: readonly ViewingProblem[];
  isOpen: boolean;
  onToggle(isOpen: boolean): void;
  onChange(rule: ViewingFormRule): void;
  onRemove(): void;
}

/** A rule as a sentence; open, with its fields. */
export function RuleBox(props: RuleBoxProps) {
  const { rule, place, problems, isOpen, onToggle, onChange, onRemove } = props;
  const { t } = useTranslation();
  const name = rule.name.trim() === '' ? t('viewing.rule.unnamed') : rule.name;
  return (
    <Container
      disableContentPaddings={!isOpen}
      header={
        <Header
          variant="h3"
          description={
            !isOpen && problems.length > 0 ? (
              <StatusIndicator type="error">{t('viewing.wrong.rule')}</StatusIndicator>
            ) : (
              <ViewingRuleLine rule={rule} />
            )
          }
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button
                ariaExpanded={isOpen}
                ariaLabel={t(isOpen ? 'viewing.rule.close-of' : 'viewing.rule.edit-of', { name })}
                onClick={() => onToggle(!isOpen)}
              >
                {t(isOpen ? 'viewing.rule.close' : 'viewing.rule.edit')}
              </Button>
              <Button ariaLabel={t('policies.rules.remove', { name })} onClick={onRemove}>
                {t('notices.remove')}
              </Button>
            </SpaceBetween>
          }
        >
          {name}
        </Header>
      }
    >
      {isOpen && <RuleFields rule={rule} place={place} problems={problems} onChange={onChange} />}
    </Container>
  );
}
