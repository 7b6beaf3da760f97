import { createRecordingPolicy, type RecordingPolicyDraft, recordingPolicyDraftSchema } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import FileUpload from '@cloudscape-design/components/file-upload';
import FormField from '@cloudscape-design/components/form-field';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../../session/session-context.tsx';
import { AskDialog } from '../content/ask-dialog.tsx';

type Reading = { draft: RecordingPolicyDraft } | { problems: string[] } | undefined;

const shownProblems = 10;

/** Makes a new policy from a document that was exported, after saying what is in it. */
export function ImportDialog({ onCancel }: { onCancel(): void }) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const navigate = useNavigate();
  const [files, setFiles] = useState<File[]>([]);
  const [reading, setReading] = useState<Reading>();
  const read = async (chosen: File[]) => {
    setFiles(chosen);
    const file = chosen[0];
    setReading(file === undefined ? undefined : readDocument(await file.text(), t('policies.import.not-json')));
  };
  const create = async () => {
    if (reading === undefined || !('draft' in reading)) return;
    const comment = t('policies.import.comment', { file: files[0]?.name ?? '' });
    const { policy } = await api(createRecordingPolicy, { body: { draft: reading.draft, comment } });
    void navigate(`/policies/recording/${policy.policyId}`);
  };
  return (
    <AskDialog
      title={t('policies.import.title')}
      confirm={t('policies.import.confirm')}
      isConfirmable={reading !== undefined && 'draft' in reading}
      onConfirm={create}
      onCancel={onCancel}
    >
      <FormField label={t('policies.import.file')} description={t('policies.import.help')}>
        <FileUpload
          accept="application/json,.json"
          showFileSize
          value={files}
          onChange={({ detail }) => void read(detail.value)}
          i18nStrings={{
            uploadButtonText: () => t('policies.import.choose'),
            dropzoneText: () => t('policies.import.drop'),
            removeFileAriaLabel: () => t('policies.import.remove'),
          }}
        />
      </FormField>
      {reading !== undefined && 'draft' in reading && (
        <KeyValuePairs
          columns={2}
          items={[
            { label: t('policies.details.name'), value: reading.draft.name },
            { label: t('policies.list.rules'), value: reading.draft.rules.length },
          ]}
        />
      )}
      {reading !== undefined && 'problems' in reading && (
        <Alert type="error" header={t('policies.import.refused')}>
          <ul>
            {reading.problems.slice(0, shownProblems).map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
          {reading.problems.length > shownProblems &&
            t('policies.words.more', { count: reading.problems.length - shownProblems })}
        </Alert>
      )}
    </AskDialog>
  );
}

function readDocument(text: string, notJson: string): Reading {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    return { problems: [notJson] };
  }
  const parsed = recordingPolicyDraftSchema.safeParse(document);
  if (parsed.success) return { draft: parsed.data };
  return { problems: parsed.error.issues.map(({ path, message }) => `/${path.join('/')}: ${message}`) };
}
