import Box from '@cloudscape-design/components/box';
import Icon from '@cloudscape-design/components/icon';
import Link from '@cloudscape-design/components/link';
import type { TableProps } from '@cloudscape-design/components/table';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { formatMoment } from '../../../time/format.ts';
import { ActionLabel } from '../content/action-label.tsx';
import { useAddress } from '../content/use-address.ts';
import { useApplicationLabel } from '../content/use-application-names.ts';
import type { ChangedSession } from './simulation.ts';

export function useChangedSessionColumns(): TableProps.ColumnDefinition<ChangedSession>[] {
  const { t } = useTranslation();
  return [
    {
      id: 'session',
      header: t('policies.test.session'),
      isRowHeader: true,
      minWidth: 200,
      cell: (item) => <SessionLink session={item} />,
    },
    {
      id: 'change',
      header: t('policies.simulate.change'),
      minWidth: 260,
      cell: ({ before, after }) => (
        <>
          <Box color="text-body-secondary">
            <ActionLabel action={before} />
          </Box>
          <span className="policy-action">
            <Icon name="arrow-right" ariaLabel={t('policies.simulate.becomes')} />
            <ActionLabel action={after} />
          </span>
        </>
      ),
    },
    {
      id: 'why',
      header: t('policies.simulate.rule'),
      minWidth: 260,
      cell: ({ ruleName, reason }) => (
        <div className="policy-name">
          {ruleName}
          <Box variant="small" display="block" color="text-body-secondary">
            {reason}
          </Box>
        </div>
      ),
    },
  ];
}

function SessionLink({ session }: { session: ChangedSession }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const [address] = useAddress();
  const label = useApplicationLabel();
  const { user, host, application, startedAt } = session;
  const href = testOf(session, address);
  return (
    <div className="policy-name">
      <Link
        href={href}
        onFollow={(event) => {
          event.preventDefault();
          void navigate(href);
        }}
      >
        {t('policies.test.session-of', { user, host })}
      </Link>
      <Box variant="small" display="block" color="text-body-secondary">
        {[application && label(application), formatMoment(startedAt, i18n.language)].filter(Boolean).join(' · ')}
      </Box>
    </div>
  );
}

/** The same policy on the test page, asked about this session. */
function testOf({ sessionId }: ChangedSession, address: URLSearchParams): string {
  const question = new URLSearchParams({ session: sessionId });
  for (const name of ['policy', 'draft']) {
    const value = address.get(name);
    if (value !== null) question.set(name, value);
  }
  return `/policies/test?${question}`;
}
