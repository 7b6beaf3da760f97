import type { Session } from '@afterimage/contracts';
import Link from '@cloudscape-design/components/link';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';

/** To the live view, for those who may watch at all. */
export function WatchLink({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { roles } = useSignedIn();
  const navigate = useNavigate();
  const { recordingId, status } = session.recording;
  const mayWatch = roles.includes('Player') || roles.includes('PrivilegedPlayer');
  if (status !== 'recording' || recordingId === undefined || !mayWatch) return <>–</>;
  const href = `/recordings/${recordingId}`;
  return (
    <Link
      href={href}
      ariaLabel={t('sessions.watch-of', { user: session.attributes.user.value })}
      onFollow={(event) => {
        event.preventDefault();
        void navigate(href);
      }}
    >
      {t('sessions.watch')}
    </Link>
  );
}
