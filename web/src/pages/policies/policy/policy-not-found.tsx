import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { usePageFrame } from '../../../shell/shell.tsx';

/** For addresses that no policy can have. */
export function PolicyNotFound() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const title = t('problems.policy-not-found.title');
  usePageFrame({ title, under: [{ text: t('policies.list.title'), href: '/policies/recording' }] });
  return (
    <Box textAlign="center" padding={{ vertical: 'xxxl' }}>
      <SpaceBetween size="s">
        <Box variant="h1">{title}</Box>
        <Box variant="p">{t('problems.policy-not-found.detail')}</Box>
        <Button onClick={() => void navigate('/policies/recording')}>{t('policies.back')}</Button>
      </SpaceBetween>
    </Box>
  );
}
