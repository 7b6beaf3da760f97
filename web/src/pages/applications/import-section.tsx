import { importPublishedResources, type RouteResponse, siteAddressSchema } from '@afterimage/contracts';
import Autosuggest from '@cloudscape-design/components/autosuggest';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../session/session-context.tsx';
import { useNotify } from '../../shell/notifications.tsx';
import { ProblemAlert } from '../../shell/problem-alert.tsx';
import { usePageFrame } from '../../shell/shell.tsx';
import { usePolling } from '../../time/use-polling.ts';
import { FileField } from '../import/file-field.tsx';
import { ImportOutcome } from '../import/import-outcome.tsx';
import { useChosenFile } from '../import/use-chosen-file.ts';
import { download } from '../policies/content/download.ts';
import { useAddress } from '../policies/content/use-address.ts';
import { forgetApplicationNames } from '../policies/content/use-application-names.ts';
import { useSites } from './use-sites.ts';

type ImportAnswer = RouteResponse<typeof importPublishedResources>;

const limits = {
  /** What any route takes. */
  maxBodyBytes: 1_000_000,
  fits: (content: string) => importPublishedResources.body.shape.content.safeParse(content).success,
};
const example = [
  'resourceId;displayName;kind',
  'sap.exe;SAP Finance;application',
  'desk-berlin;"Büro; Berlin";desktop',
  '',
].join('\r\n');

/** Takes what a site publishes from a file: what it would change is shown first, and only then it can be imported. */
export function ImportSection() {
  const { t } = useTranslation();
  const { api, session } = useSignedIn();
  const [address, setAddress] = useAddress();
  const chosen = useChosenFile(limits);
  usePageFrame({ title: t('applications.title'), contentType: 'table' });
  const site = address.get('site') ?? '';
  const siteAddress = siteAddressSchema.safeParse(site).data;
  const body =
    chosen.text === undefined || siteAddress === undefined
      ? undefined
      : { siteAddress, content: chosen.text, format: formatOf(chosen.file) };
  const check = usePolling<ImportAnswer>(
    body && `${chosen.choice} ${siteAddress}`,
    (signal) => {
      if (body === undefined) throw new Error('nothing to check');
      return api(importPublishedResources, { body: { ...body, isDryRun: true } }, signal);
    },
    undefined,
  );
  const imported = useImport(body, check.refresh);
  const error = imported.error ?? check.error;
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description={t('applications.import.description')}
            actions={
              <Button iconName="download" onClick={() => download('applications.csv', 'text/csv', example)}>
                {t('applications.import.example')}
              </Button>
            }
          >
            {t('applications.import.title')}
          </Header>
        }
      >
        <SpaceBetween size="l">
          <SiteField
            site={site}
            isWrong={site !== '' && siteAddress === undefined}
            onChange={(text) => setAddress({ site: text })}
          />
          <FileField
            label={t('applications.import.file')}
            description={t('applications.import.help')}
            limits={t('applications.import.limits')}
            tooLarge={t('applications.import.too-large')}
            accept=".csv,.json,text/csv,application/json"
            chosen={chosen}
          />
          {chosen.text !== undefined && site === '' && (
            <StatusIndicator type="info">{t('applications.import.which-site')}</StatusIndicator>
          )}
        </SpaceBetween>
      </Container>
      {body !== undefined && check.data === undefined && error === undefined && (
        <StatusIndicator type="loading">{t('import.checking')}</StatusIndicator>
      )}
      {body !== undefined && error !== undefined && (
        <ProblemAlert error={error} onRetry={imported.again} onSignIn={() => void session.signIn()} />
      )}
      {error === undefined && check.data !== undefined && (
        <ImportOutcome
          counts={[{ ...check.data.counts, kind: t('applications.import.kind') }]}
          faults={check.data.errors}
          description={t('applications.import.nothing-yet', { address: siteAddress })}
          removes={t('applications.import.removes')}
          isBusy={imported.isBusy}
          onImport={imported.run}
        />
      )}
    </SpaceBetween>
  );
}

function formatOf(file: File | undefined): 'csv' | 'json' {
  return file?.name.toLowerCase().endsWith('.json') === true ? 'json' : 'csv';
}

interface ImportBody {
  siteAddress: string;
  content: string;
  format: 'csv' | 'json';
}

/** Writes what the dry run has shown; `checkAgain` where that is no longer so. */
function useImport(body: ImportBody | undefined, checkAgain: () => void) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const navigate = useNavigate();
  const notify = useNotify();
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const again = () => {
    setError(undefined);
    checkAgain();
  };
  const write = async (given: ImportBody) => {
    setBusy(true);
    try {
      const { counts, errors } = await api(importPublishedResources, { body: given });
      if (errors.length > 0) return again();
      forgetApplicationNames(api);
      notify({ type: 'success', text: t('applications.import.done', { ...counts, address: given.siteAddress }) });
      void navigate('/applications/sites');
    } catch (refusal) {
      setError(refusal);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, error, again, run: () => body && void write(body) };
}

interface SiteFieldProps {
  site: string;
  isWrong: boolean;
  /** Once it is picked or written to its end. */
  onChange(site: string): void;
}

/** A site that is known, or a new one. */
function SiteField({ site, isWrong, onChange }: SiteFieldProps) {
  const { t } = useTranslation();
  const sites = useSites();
  const [typed, setTyped] = useState(site);
  return (
    <FormField
      label={t('applications.import.site')}
      description={t('applications.import.site-help')}
      constraintText={t('applications.import.site-form')}
      errorText={isWrong ? t('applications.import.site-wrong') : undefined}
    >
      <Autosuggest
        value={typed}
        ariaLabel={t('applications.import.site')}
        placeholder="https://apps.example.com"
        options={(sites.data ?? []).map(({ address }) => ({ value: address }))}
        enteredTextLabel={(value) => t('policies.wizard.use', { value })}
        empty={t('applications.import.no-site')}
        onChange={({ detail }) => setTyped(detail.value)}
        onBlur={() => onChange(typed.trim())}
        onSelect={({ detail }) => onChange(detail.value.trim())}
      />
    </FormField>
  );
}
