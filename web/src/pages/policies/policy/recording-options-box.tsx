import type { RecordingOptions } from '@afterimage/contracts';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useTranslation } from 'react-i18next';
import { optionFields, optionValue } from './option-fields.ts';

export interface RecordingOptionsBoxProps {
  options: RecordingOptions;
  isEditable: boolean;
  onEdit(): void;
}

export function RecordingOptionsBox({ options, isEditable, onEdit }: RecordingOptionsBoxProps) {
  const { t, i18n } = useTranslation();
  const numbers = new Intl.NumberFormat(i18n.language);
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={t('policies.options.description')}
          actions={isEditable && <Button onClick={onEdit}>{t('policies.options.edit')}</Button>}
        >
          {t('policies.options.title')}
        </Header>
      }
    >
      <KeyValuePairs
        columns={3}
        items={optionFields.map((field) => {
          const value = optionValue(options, field);
          const isUnbounded = field === 'maxBitsPerSecond' && value === 0;
          return {
            label: t(`policies.options.${field}`),
            value: isUnbounded ? t('policies.options.unbounded') : numbers.format(value),
          };
        })}
      />
    </Container>
  );
}
