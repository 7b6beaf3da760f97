import { importDirectory, type RouteResponse } from '@afterimage/contracts';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import { ImportOutcome } from '../../import/import-outcome.tsx';
import { useChosenFile } from '../../import/use-chosen-file.ts';
import { download } from '../../policies/content/download.ts';
import { useAddress } from '../../policies/content/use-address.ts';
import { ImportDialog } from './import-dialog.tsx';
import { ImportFile, type ImportMode } from './import-file.tsx';

export type ImportAnswer = RouteResponse<typeof importDirectory>;

const kinds = ['users', 'groups'] as const;
const limits = {
  maxBodyBytes: importDirectory.maxBodyBytes,
  fits: (csv: string) => importDirectory.body.shape.csv.safeParse(csv).success,
};

/** With German umlauts and a group of two words, so that it shows what needs quotes. */
const example = [
  'userName;displayName;email;isActive;groups',
  'ada;Ada Lovelace;ada@example.com;true;"Night shift;Auditors"',
  'jonas;Jonas Müller;jonas@example.com;true;Night shift',
  '',
].join('\r\n');

/** Takes people from a file: what it would change is shown first, and only then it can be imported. */
export function ImportSection() {
  const { t } = useTranslation();
  const { api, session } = useSignedIn();
  const [address, setAddress] = useAddress();
  const chosen = useChosenFile(limits);
  const [isAsking, setAsking] = useState(false);
  usePageFrame({ title: t('directory.title'), contentType: 'table', isSplitPanelOpen: false });
  const mode: ImportMode = address.get('mode') === 'replace' ? 'replace' : 'merge';
  const csv = chosen.text;
  const check = usePolling<ImportAnswer>(
    csv === undefined ? undefined : `${chosen.choice} ${mode}`,
    (signal) => api(importDirectory, { body: { csv: csv ?? '', mode, isDryRun: true } }, signal),
    undefined,
  );
  const answer = check.data;
  return (
    <SpaceBetween size="l">
      <Container
        header={
          <Header
            variant="h2"
            description={t('directory.import.description')}
            actions={
              <Button iconName="download" onClick={() => download('people.csv', 'text/csv', example)}>
                {t('directory.import.example')}
              </Button>
            }
          >
            {t('directory.import.title')}
          </Header>
        }
      >
        <ImportFile
          chosen={chosen}
          mode={mode}
          onMode={(wanted) => setAddress({ mode: wanted === 'merge' ? undefined : wanted })}
        />
      </Container>
      {csv !== undefined && check.data === undefined && check.error === undefined && (
        <StatusIndicator type="loading">{t('import.checking')}</StatusIndicator>
      )}
      {csv !== undefined && check.error !== undefined && (
        <ProblemAlert
          area="directory"
          error={check.error}
          onRetry={check.refresh}
          onSignIn={() => void session.signIn()}
        />
      )}
      {check.error === undefined && answer !== undefined && (
        <ImportOutcome
          counts={kinds.map((kind) => ({ ...answer[kind], kind: t(`directory.import.kind.${kind}`) }))}
          faults={answer.errors}
          description={t(`directory.import.nothing-yet-${mode}`)}
          removes={t('directory.import.removes')}
          onImport={() => setAsking(true)}
        />
      )}
      {isAsking && csv !== undefined && check.data !== undefined && (
        <ImportDialog
          csv={csv}
          mode={mode}
          expected={check.data}
          onCancel={() => setAsking(false)}
          onRefused={() => {
            setAsking(false);
            check.refresh();
          }}
          onDone={() => {
            setAsking(false);
            chosen.choose(undefined);
          }}
        />
      )}
    </SpaceBetween>
  );
}
