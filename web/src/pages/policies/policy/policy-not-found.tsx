import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { usePageFrame } from '../../../shell/shell.tsx';

const lists = {
  recording: { href: '/policies/recording', title: 'policies.list.title', back: 'policies.back' },
  viewing: { href: '/policies/viewing', title: 'viewing.title', back: 'viewing.back' },
};

/** For addresses that no policy has. */
export function PolicyNotFound({ family = 'recording' }: { family?: keyof typeof lists }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const list = lists[family];
  const title = t('problems.policy-not-found.title');
  usePageFrame({ title, under: [{ text: t(list.title), href: list.href }] });
  return (
    <Box textAlign="center" padding={{ vertical: 'xxxl' }}>
      <SpaceBetween size="s">
        <Box variant="h1">{title}</Box>
        <Box variant="p">{t('problems.policy-not-found.detail')}</Box>
        <Button onClick={() => void navigate(list.href)}>{t(list.back)}</Button>
      </SpaceBetween>
    </Box>
  );
}
