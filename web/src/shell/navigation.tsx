import type { Role } from '@afterimage/contracts';
import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import { useTranslation } from 'react-i18next';
import { useLocation, useNavigate } from 'react-router';
import { useSignedIn } from '../session/session-context.tsx';

interface Section {
  text: string;
  links: { text: string; href: string; roles: readonly Role[] }[];
}

const watchers: readonly Role[] = ['Player', 'PrivilegedPlayer'];
const administrators: readonly Role[] = ['PolicyAdministrator'];

/** What each role has use for. The service decides what they may do; this only keeps dead ends out of sight. */
const sections: readonly Section[] = [
  {
    text: 'navigation.recordings',
    links: [
      { text: 'navigation.all', href: '/recordings', roles: watchers },
      { text: 'navigation.live', href: '/recordings?state=live', roles: watchers },
      { text: 'navigation.interrupted', href: '/recordings?state=interrupted', roles: watchers },
    ],
  },
  {
    text: 'navigation.policies',
    links: [
      { text: 'navigation.recording-policies', href: '/policies/recording', roles: administrators },
      { text: 'navigation.viewing-policies', href: '/policies/viewing', roles: administrators },
      { text: 'navigation.applications', href: '/applications', roles: administrators },
      { text: 'navigation.test-session', href: '/policies/test', roles: [...administrators, 'PolicyQuery'] },
      { text: 'navigation.simulate', href: '/policies/simulate', roles: administrators },
      { text: 'navigation.notices', href: '/notices', roles: administrators },
    ],
  },
  {
    text: 'navigation.hosts',
    links: [
      { text: 'navigation.sessions', href: '/sessions', roles: administrators },
      { text: 'navigation.session-log', href: '/sessions/commands', roles: administrators },
    ],
  },
  {
    text: 'navigation.access',
    links: [
      { text: 'navigation.roles', href: '/roles', roles: administrators },
      { text: 'navigation.directory', href: '/directory', roles: administrators },
    ],
  },
];

/** Where somebody with these roles begins. */
export function homeOf(roles: readonly string[]): string {
  const own = sections.flatMap(({ links }) => links).find((link) => isFor(link.roles, roles));
  return own?.href ?? '/recordings';
}

function isFor(wanted: readonly string[], roles: readonly string[]): boolean {
  return wanted.some((role) => roles.includes(role));
}

export function Navigation() {
  const { t } = useTranslation();
  const { roles } = useSignedIn();
  const { pathname, search } = useLocation();
  const navigate = useNavigate();
  const items = sections.flatMap(({ text, links }): SideNavigationProps.Item[] => {
    const own = links.filter((link) => isFor(link.roles, roles));
    if (own.length === 0) return [];
    return [
      {
        type: 'section-group',
        title: t(text),
        items: own.map((link) => ({ type: 'link', href: link.href, text: t(link.text) })),
      },
    ];
  });
  return (
    <SideNavigation
      activeHref={activeLink(pathname, search)}
      items={items}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(event.detail.href);
      }}
    />
  );
}

/** Of the address only what the links differ in: a search, a chosen row or a page further in is still the same section. */
function activeLink(pathname: string, search: string): string {
  if (pathname.startsWith('/policies/recording')) return '/policies/recording';
  if (pathname.startsWith('/directory')) return '/directory';
  if (pathname.startsWith('/applications')) return '/applications';
  const state = new URLSearchParams(search).get('state');
  return pathname === '/recordings' && state !== null ? `${pathname}?state=${state}` : pathname;
}
