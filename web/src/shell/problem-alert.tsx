import { ApiProblem } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useTranslation } from 'react-i18next';

export interface ProblemAlertProps {
  error: unknown;
  onRetry(): void;
  /** What helps when the sign-in has ended. */
  onSignIn(): void;
  /** Whose own words come first, where there are any. */
  area?: 'policies' | 'sessions' | 'directory';
}

/** Nothing is broken: somebody decided so, or it is gone. */
const expectable = new Set([
  'role-missing',
  'person-inactive',
  'recording-not-found',
  'recording-erased',
  'policy-not-found',
  'session-not-found',
  'directory-entry-not-found',
]);

export function isSignedOut(error: unknown): boolean {
  return error instanceof ApiProblem && error.kind === 'unauthenticated';
}

/** An error as a person can use it: what happened, what to do, and what to quote to an operator. */
export function ProblemAlert({ error, onRetry, onSignIn, area }: ProblemAlertProps) {
  const { t, i18n } = useTranslation();
  const kind = error instanceof ApiProblem ? error.kind : 'internal';
  const known = i18n.exists(`problems.${kind}.title`) ? kind : 'internal';
  const own = `${area}.problems.${known}`;
  const words = area !== undefined && i18n.exists(`${own}.title`) ? own : `problems.${known}`;
  const reference = error instanceof ApiProblem ? error.problem.instance : undefined;
  return (
    <Alert
      type={expectable.has(known) ? 'warning' : 'error'}
      header={t(`${words}.title`)}
      action={
        isSignedOut(error) ? (
          <Button onClick={onSignIn}>{t('session.sign-in-again')}</Button>
        ) : (
          <Button onClick={onRetry}>{t('common.try-again')}</Button>
        )
      }
    >
      {t(`${words}.detail`)}
      {reference !== undefined && (
        <Box variant="small" display="block" margin={{ top: 'xs' }}>
          {t('common.reference', { reference })}
        </Box>
      )}
    </Alert>
  );
}
