import AppLayout from '@cloudscape-design/components/app-layout';
import BreadcrumbGroup from '@cloudscape-design/components/breadcrumb-group';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../session/session-context.tsx';
import { type Appearance, currentAppearance, setAppearance } from './appearance.ts';
import { homeOf, Navigation } from './navigation.tsx';
import { NotificationBar, NotificationsProvider } from './notifications.tsx';

/** What a page puts into the frame around it. */
export interface PageFrame {
  title: string;
  contentType?: 'default' | 'table';
  splitPanel?: ReactNode;
  isSplitPanelOpen?: boolean;
  onSplitPanelToggle?: (isOpen: boolean) => void;
  /** The player gets all of the room. */
  isImmersive?: boolean;
  /** The pages that this one is under, outermost first; itself is added. */
  under?: readonly { text: string; href: string }[];
}

const FrameContext = createContext<(frame: PageFrame) => void>(() => {});

/** Called by each page while it renders its own content. */
export function usePageFrame(frame: PageFrame): void {
  const setFrame = useContext(FrameContext);
  const { title, contentType, splitPanel, isSplitPanelOpen, onSplitPanelToggle, isImmersive } = frame;
  // By value: pages write it anew each time they render.
  const under = frame.under === undefined ? undefined : JSON.stringify(frame.under);
  useLayoutEffect(() => {
    document.title = `${title} – Afterimage`;
    setFrame({
      title,
      ...(contentType === undefined ? {} : { contentType }),
      ...(splitPanel === undefined ? {} : { splitPanel }),
      ...(isSplitPanelOpen === undefined ? {} : { isSplitPanelOpen }),
      ...(onSplitPanelToggle === undefined ? {} : { onSplitPanelToggle }),
      ...(isImmersive === undefined ? {} : { isImmersive }),
      ...(under === undefined ? {} : { under: JSON.parse(under) as NonNullable<PageFrame['under']> }),
    });
  }, [setFrame, title, contentType, splitPanel, isSplitPanelOpen, onSplitPanelToggle, isImmersive, under]);
}

export function Shell({ children }: { children: ReactNode }) {
  const [frame, setFrame] = useState<PageFrame>({ title: '' });
  const [isNavigationOpen, setNavigationOpen] = useState(true);
  const [panelPosition, setPanelPosition] = useState<'side' | 'bottom'>('side');
  const isImmersive = frame.isImmersive === true;
  return (
    <FrameContext value={setFrame}>
      <NotificationsProvider>
        <TopBar />
        <AppLayout
          headerSelector="#top-bar"
          navigationWidth={220}
          navigation={<Navigation />}
          navigationOpen={isNavigationOpen && !isImmersive}
          navigationHide={isImmersive}
          onNavigationChange={({ detail }) => setNavigationOpen(detail.open)}
          toolsHide
          contentType={frame.contentType ?? 'default'}
          disableContentPaddings={isImmersive}
          {...(isImmersive ? { maxContentWidth: Number.MAX_VALUE } : {})}
          splitPanel={frame.splitPanel}
          splitPanelOpen={frame.isSplitPanelOpen === true}
          onSplitPanelToggle={({ detail }) => frame.onSplitPanelToggle?.(detail.open)}
          splitPanelPreferences={{ position: panelPosition }}
          onSplitPanelPreferencesChange={({ detail }) => setPanelPosition(detail.position)}
          notifications={<NotificationBar />}
          stickyNotifications
          {...(frame.under === undefined
            ? {}
            : { breadcrumbs: <Breadcrumbs title={frame.title} under={frame.under} /> })}
          content={children}
        />
      </NotificationsProvider>
    </FrameContext>
  );
}

function Breadcrumbs({ title, under }: { title: string; under: NonNullable<PageFrame['under']> }) {
  const navigate = useNavigate();
  return (
    <BreadcrumbGroup
      items={[...under, { text: title, href: '' }]}
      onFollow={(event) => {
        event.preventDefault();
        if (event.detail.href !== '') void navigate(event.detail.href);
      }}
    />
  );
}

function TopBar() {
  const { t } = useTranslation();
  const { session, person, isActive, roles } = useSignedIn();
  const navigate = useNavigate();
  const [appearance, setShownAppearance] = useState<Appearance>(currentAppearance);
  const other = appearance === 'dark' ? 'light' : 'dark';
  return (
    <div id="top-bar" style={{ position: 'sticky', top: 0, zIndex: 1002 }}>
      <TopNavigation
        identity={{
          href: homeOf(roles),
          title: 'Afterimage',
          logo: { src: '/icon.svg', alt: '' },
          onFollow: (event) => {
            event.preventDefault();
            void navigate(homeOf(roles));
          },
        }}
        utilities={[
          {
            type: 'button',
            text: t(`shell.appearance-${other}`),
            onClick: () => {
              setAppearance(other);
              setShownAppearance(other);
            },
          },
          {
            type: 'menu-dropdown',
            iconName: 'user-profile',
            text: person.userName,
            description: roles.length > 0 ? roles.join(', ') : t(isActive ? 'shell.no-roles' : 'shell.inactive'),
            items: [{ id: 'sign-out', text: t('session.sign-out') }],
            onItemClick: () => void session.signOut(),
          },
        ]}
      />
    </div>
  );
}
