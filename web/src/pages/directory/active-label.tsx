import type { DirectoryUser } from '@afterimage/contracts';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useTranslation } from 'react-i18next';

export function ActiveLabel({ isActive }: Pick<DirectoryUser, 'isActive'>) {
  const { t } = useTranslation();
  return (
    <StatusIndicator type={isActive ? 'success' : 'stopped'}>
      {t(`directory.${isActive ? 'active' : 'inactive'}`)}
    </StatusIndicator>
  );
}
