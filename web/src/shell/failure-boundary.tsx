import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { Component, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface FailureBoundaryProps {
  children: ReactNode;
  /** In place of what cannot be shown. */
  fallback: ReactNode;
  /** At another address it is tried anew. */
  address: string;
}

/** Where a page cannot be loaded or shown, it says so: without this the whole console would be gone. */
export class FailureBoundary extends Component<FailureBoundaryProps, { hasFailed: boolean }> {
  static getDerivedStateFromError(): { hasFailed: boolean } {
    return { hasFailed: true };
  }

  override state = { hasFailed: false };

  override componentDidUpdate({ address }: FailureBoundaryProps): void {
    if (this.state.hasFailed && address !== this.props.address) this.setState({ hasFailed: false });
  }

  override render(): ReactNode {
    return this.state.hasFailed ? this.props.fallback : this.props.children;
  }
}

export function FailedPage() {
  const { t } = useTranslation();
  return (
    <Alert
      type="error"
      header={t('page-failed.title')}
      action={<Button onClick={() => window.location.reload()}>{t('common.reload')}</Button>}
    >
      {t('page-failed.detail')}
    </Alert>
  );
}
