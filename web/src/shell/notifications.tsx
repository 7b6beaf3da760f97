import Flashbar, { type FlashbarProps } from '@cloudscape-design/components/flashbar';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface Notification {
  type: 'success' | 'info' | 'warning' | 'error';
  text: string;
}

interface Notifications {
  shown: readonly (Notification & { id: string })[];
  notify(notification: Notification): void;
  dismiss(id: string): void;
}

const Context = createContext<Notifications>({ shown: [], notify: () => {}, dismiss: () => {} });

/** Says what has happened, above whichever page is shown then, until somebody has read it. */
export function useNotify(): (notification: Notification) => void {
  return useContext(Context).notify;
}

const mostShown = 3;

export function NotificationsProvider({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<Notifications['shown']>([]);
  const notify = useCallback(
    (notification: Notification) =>
      setShown((now) => [{ ...notification, id: crypto.randomUUID() }, ...now].slice(0, mostShown)),
    [],
  );
  const dismiss = useCallback((id: string) => setShown((now) => now.filter((one) => one.id !== id)), []);
  const value = useMemo(() => ({ shown, notify, dismiss }), [shown, notify, dismiss]);
  return <Context value={value}>{children}</Context>;
}

export function NotificationBar() {
  const { t } = useTranslation();
  const { shown, dismiss } = useContext(Context);
  const items: FlashbarProps.MessageDefinition[] = shown.map(({ id, type, text }) => ({
    id,
    type,
    content: text,
    dismissible: true,
    dismissLabel: t('common.close'),
    onDismiss: () => dismiss(id),
  }));
  return <Flashbar items={items} />;
}
