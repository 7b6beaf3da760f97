import AppLayout from '@cloudscape-design/components/app-layout';
import SideNavigation from '@cloudscape-design/components/side-navigation';
import TopNavigation from '@cloudscape-design/components/top-navigation';
import { createContext, type ReactNode, useContext, useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { useSignedIn } from '../session/session-context.tsx';
import { type Appearance, currentAppearance, setAppearance } from './appearance.ts';

/** What a page puts into the frame around it. */
export interface PageFrame {
  title: string;
  contentType?: 'default' | 'table';
  splitPanel?: ReactNode;
  isSplitPanelOpen?: boolean;
  onSplitPanelToggle?: (isOpen: boolean) => void;
  /** The player gets all of the room. */
  isImmersive?: boolean;
}

const FrameContext = createContext<(frame: PageFrame) => void>(() => {});

/** Called by each page while it renders its own content. */
export function usePageFrame(frame: PageFrame): void {
  const setFrame = useContext(FrameContext);
  const { title, contentType, splitPanel, isSplitPanelOpen, onSplitPanelToggle, isImmersive } = frame;
  useLayoutEffect(() => {
    document.title = `${title} – Afterimage`;
    setFrame({
      title,
      ...(contentType === undefined ? {} : { contentType }),
      ...(splitPanel === undefined ? {} : { splitPanel }),
      ...(isSplitPanelOpen === undefined ? {} : { isSplitPanelOpen }),
      ...(onSplitPanelToggle === undefined ? {} : { onSplitPanelToggle }),
      ...(isImmersive === undefined ? {} : { isImmersive }),
    });
  }, [setFrame, title, contentType, splitPanel, isSplitPanelOpen, onSplitPanelToggle, isImmersive]);
}

export function Shell({ children }: { children: ReactNode }) {
  const [frame, setFrame] = useState<PageFrame>({ title: '' });
  const [isNavigationOpen, setNavigationOpen] = useState(true);
  const [panelPosition, setPanelPosition] = useState<'side' | 'bottom'>('side');
  const isImmersive = frame.isImmersive === true;
  return (
    <FrameContext value={setFrame}>
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
        content={children}
      />
    </FrameContext>
  );
}

function TopBar() {
  const { t } = useTranslation();
  const { session, person, roles } = useSignedIn();
  const navigate = useNavigate();
  const [appearance, setShownAppearance] = useState<Appearance>(currentAppearance);
  const other = appearance === 'dark' ? 'light' : 'dark';
  return (
    <div id="top-bar" style={{ position: 'sticky', top: 0, zIndex: 1002 }}>
      <TopNavigation
        identity={{
          href: '/recordings',
          title: 'Afterimage',
          logo: { src: '/icon.svg', alt: '' },
          onFollow: (event) => {
            event.preventDefault();
            void navigate('/recordings');
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
            description: roles.length > 0 ? roles.join(', ') : t('shell.no-roles'),
            items: [{ id: 'sign-out', text: t('session.sign-out') }],
            onItemClick: () => void session.signOut(),
          },
        ]}
      />
    </div>
  );
}

function Navigation() {
  const { t } = useTranslation();
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  // Of the address only what the links differ in: a search or a chosen row is still the same view.
  const state = new URLSearchParams(search).get('state');
  return (
    <SideNavigation
      activeHref={state === null ? pathname : `${pathname}?state=${state}`}
      header={{ href: '/recordings', text: t('navigation.recordings') }}
      items={[
        { type: 'link', text: t('navigation.all'), href: '/recordings' },
        { type: 'link', text: t('navigation.live'), href: '/recordings?state=live' },
        { type: 'link', text: t('navigation.interrupted'), href: '/recordings?state=interrupted' },
      ]}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(event.detail.href);
      }}
    />
  );
}
