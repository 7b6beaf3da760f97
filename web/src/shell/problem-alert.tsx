import { ApiProblem } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useTranslation } from 'react-i18next';

/** An error as a person can use it: what happened, what to do, and what to quote to an operator. */
export function ProblemAlert({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { t, i18n } = useTranslation();
  const kind = error instanceof ApiProblem ? error.kind : 'internal';
  const known = i18n.exists(`problems.${kind}.title`) ? kind : 'internal';
  const reference = error instanceof ApiProblem ? error.problem.instance : undefined;
  return (
    <Alert
      type={known === 'role-missing' || known === 'recording-not-found' ? 'warning' : 'error'}
      header={t(`problems.${known}.title`)}
      action={onRetry === undefined ? undefined : <Button onClick={onRetry}>{t('common.try-again')}</Button>}
    >
      {t(`problems.${known}.detail`)}
      {reference !== undefined && (
        <Box variant="small" display="block" margin={{ top: 'xs' }}>
          {t('common.reference', { reference })}
        </Box>
      )}
    </Alert>
  );
}
