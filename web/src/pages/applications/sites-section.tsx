import { deletePublishingSite, type PublishingSite } from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';
import { useNotify } from '../../shell/notifications.tsx';
import { ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { formatMoment } from '../../time/format.ts';
import { EntryLink } from '../directory/entry-link.tsx';
import { AskDialog } from '../policies/content/ask-dialog.tsx';
import { forgetApplicationNames } from '../policies/content/use-application-names.ts';
import { useSites } from './use-sites.ts';

/** Who publishes, how much, and since when it is known. */
export function SitesSection() {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const navigate = useNavigate();
  const [leaving, setLeaving] = useState<PublishingSite>();
  const { data, error, refresh } = useSites();
  const columns = useSiteColumns(setLeaving);
  usePageFrame({ title: t('applications.title'), contentType: 'table' });
  if (error !== undefined && data === undefined) {
    return <ProblemAlert error={error} onRetry={refresh} onSignIn={() => void session.signIn()} />;
  }
  return (
    <>
      <Table
        wrapLines
        items={data ?? []}
        trackBy="siteId"
        stickyColumns={{ first: 0, last: 1 }}
        columnDefinitions={columns}
        loading={data === undefined}
        loadingText={t('applications.sites.loading')}
        ariaLabels={{ tableLabel: t('applications.sites.title') }}
        empty={
          <Box textAlign="center" color="inherit" padding={{ vertical: 'l' }}>
            <SpaceBetween size="xs">
              <Box variant="strong">{t('applications.sites.empty')}</Box>
              <Button onClick={() => void navigate('/applications/import')}>{t('applications.tab.import')}</Button>
            </SpaceBetween>
          </Box>
        }
        header={
          <Header
            {...(data === undefined ? {} : { counter: `(${data.length})` })}
            description={t('applications.sites.description')}
          >
            {t('applications.sites.title')}
          </Header>
        }
      />
      {leaving !== undefined && (
        <RemoveSiteDialog
          site={leaving}
          onCancel={() => setLeaving(undefined)}
          onDone={() => {
            setLeaving(undefined);
            refresh();
          }}
        />
      )}
    </>
  );
}

function useSiteColumns(onRemove: (site: PublishingSite) => void): TableProps.ColumnDefinition<PublishingSite>[] {
  const { t, i18n } = useTranslation();
  const number = new Intl.NumberFormat(i18n.language);
  return [
    {
      id: 'site',
      header: t('applications.column.site'),
      isRowHeader: true,
      minWidth: 180,
      cell: ({ siteId, address }) => <EntryLink href={`/applications?site=${siteId}`} text={address} />,
    },
    {
      id: 'applications',
      header: t('applications.column.applications'),
      minWidth: 120,
      cell: ({ applicationCount }) => number.format(applicationCount),
    },
    {
      id: 'desktops',
      header: t('applications.column.desktops'),
      minWidth: 100,
      cell: ({ desktopCount }) => number.format(desktopCount),
    },
    {
      id: 'imported',
      header: t('applications.column.imported'),
      minWidth: 150,
      cell: ({ importedAt }) => formatMoment(importedAt, i18n.language),
    },
    { id: 'by', header: t('applications.column.by'), minWidth: 100, cell: ({ importedBy }) => importedBy },
    {
      id: 'actions',
      header: t('applications.column.actions'),
      minWidth: 140,
      cell: (site) => <SiteActions site={site} onRemove={() => onRemove(site)} />,
    },
  ];
}

function SiteActions({ site, onRemove }: { site: PublishingSite; onRemove(): void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { address } = site;
  return (
    <SpaceBetween direction="horizontal" size="s">
      <Button
        variant="inline-link"
        ariaLabel={t('applications.sites.replace-of', { address })}
        onClick={() => void navigate(`/applications/import?${new URLSearchParams({ site: address })}`)}
      >
        {t('applications.sites.replace')}
      </Button>
      <Button variant="inline-link" ariaLabel={t('applications.sites.remove-of', { address })} onClick={onRemove}>
        {t('applications.sites.remove')}
      </Button>
    </SpaceBetween>
  );
}

interface RemoveSiteDialogProps {
  site: PublishingSite;
  onDone(): void;
  onCancel(): void;
}

function RemoveSiteDialog({ site: { siteId, address }, onDone, onCancel }: RemoveSiteDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const remove = async () => {
    await api(deletePublishingSite, { params: { siteId } });
    forgetApplicationNames(api);
    notify({ type: 'success', text: t('applications.sites.removed', { address }) });
    onDone();
  };
  return (
    <AskDialog
      title={t('applications.sites.ask', { address })}
      confirm={t('applications.sites.remove')}
      onConfirm={remove}
      onCancel={onCancel}
    >
      <Box variant="p">{t('applications.sites.ask-detail')}</Box>
    </AskDialog>
  );
}
