import { listRecordingPolicies } from '@afterimage/contracts';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../../session/session-context.tsx';
import { usePolling } from '../../../time/use-polling.ts';
import type { LoadedPolicy, PolicyDraft } from '../content/use-policy-draft.ts';
import { ActivateDialog } from '../list/activate-dialog.tsx';
import { CreateDialog } from '../list/create-dialog.tsx';
import { DeleteDialog } from '../list/delete-dialog.tsx';
import { CompareDialog } from './compare-dialog.tsx';
import { DetailsDialog } from './details-dialog.tsx';
import { OptionsDialog } from './options-dialog.tsx';
import { SaveDialog } from './save-dialog.tsx';

export interface PolicyPageDialogsProps {
  /** Which one is open; part of the address. */
  edit: string | null;
  draft: PolicyDraft;
  policy: LoadedPolicy;
  isEditable: boolean;
  onClose(): void;
}

export function PolicyPageDialogs({ edit, draft, policy, isEditable, onClose }: PolicyPageDialogsProps) {
  const navigate = useNavigate();
  const { stored, isBehind, hasUnsaved, isActive } = policy;
  if (edit === 'activate' && !isActive) {
    const show = () => {
      onClose();
      draft.reload();
    };
    return <ActivateThis policy={policy} onDone={show} onCancel={onClose} />;
  }
  if (edit === 'copy') return <CreateDialog copyOf={stored} onCancel={onClose} />;
  if (edit === 'compare' && isBehind) return <CompareDialog policy={policy} draft={draft} onClose={onClose} />;
  if (!isEditable) return null;
  if (edit === 'delete') {
    const leave = () => {
      draft.discard();
      void navigate('/policies/recording');
    };
    return <DeleteDialog policy={stored} onDone={leave} onCancel={onClose} />;
  }
  if (edit === 'details') return <DetailsDialog content={policy.content} onEdit={draft.edit} onClose={onClose} />;
  if (edit === 'options') return <OptionsDialog content={policy.content} onEdit={draft.edit} onClose={onClose} />;
  if (edit === 'save' && hasUnsaved && !isBehind) return <SaveDialog policy={policy} draft={draft} onClose={onClose} />;
  return null;
}

function ActivateThis(props: { policy: LoadedPolicy; onDone(): void; onCancel(): void }) {
  const { api } = useSignedIn();
  const { data } = usePolling('active-policy', (signal) => api(listRecordingPolicies, {}, signal), undefined);
  if (data === undefined) return null;
  const active = data.policies.find(({ policyId }) => policyId === data.activePolicyId);
  return (
    <ActivateDialog policy={props.policy.stored} active={active} onDone={props.onDone} onCancel={props.onCancel} />
  );
}
