import type { RecordingPolicySummary } from '@afterimage/contracts';
import { ActivateDialog } from './activate-dialog.tsx';
import { CreateDialog } from './create-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import { ImportDialog } from './import-dialog.tsx';

/** What is asked before it is done. */
export type PolicyQuestion =
  | { kind: 'create' | 'import' }
  | { kind: 'activate' | 'copy' | 'delete'; policy: Pick<RecordingPolicySummary, 'policyId' | 'name'> };

export interface PolicyDialogsProps {
  question: PolicyQuestion | undefined;
  active: Pick<RecordingPolicySummary, 'policyId' | 'name'> | undefined;
  onClose(): void;
  onChanged(): void;
}

export function PolicyDialogs({ question, active, onClose, onChanged }: PolicyDialogsProps) {
  const onDone = () => {
    onClose();
    onChanged();
  };
  switch (question?.kind) {
    case undefined:
      return null;
    case 'create':
      return <CreateDialog onCancel={onClose} />;
    case 'copy':
      return <CreateDialog copyOf={question.policy} onCancel={onClose} />;
    case 'import':
      return <ImportDialog onCancel={onClose} />;
    case 'delete':
      return <DeleteDialog policy={question.policy} onDone={onDone} onCancel={onClose} />;
    case 'activate':
      return <ActivateDialog policy={question.policy} active={active} onDone={onDone} onCancel={onClose} />;
  }
}
