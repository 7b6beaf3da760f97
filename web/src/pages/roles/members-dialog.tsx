import { assignRole } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { useNotify } from '../../shell/notifications.tsx';
import { AskDialog } from '../policies/content/ask-dialog.tsx';
import { useSuggestions } from '../policies/wizard/use-suggestions.ts';
import { KindValueInput } from '../policies/wizard/value-input.tsx';
import { memberChanges } from './member-changes.ts';
import type { RoleAssignment, RoleMember } from './use-role-assignments.ts';

const kinds = ['user', 'group'] as const;

export interface MembersDialogProps {
  assignment: RoleAssignment;
  onDone(): void;
  onCancel(): void;
}

/** Changes who holds a role, and says before who gains and who loses it. */
export function MembersDialog({ assignment, onDone, onCancel }: MembersDialogProps) {
  const { role, members: before } = assignment;
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const { principals } = useSuggestions();
  const [members, setMembers] = useState<RoleMember[]>([...before]);
  const { added, removed } = memberChanges(before, members);
  const roleName = t(`roles.role.${role}.name`);
  const save = async () => {
    await api(assignRole, { params: { role }, body: { members } });
    notify({ type: 'success', text: t('roles.members.done', { role: roleName }) });
    onDone();
  };
  return (
    <AskDialog
      title={t('roles.members.title', { role: roleName })}
      confirm={t('roles.members.confirm')}
      isConfirmable={added.length + removed.length > 0}
      onConfirm={save}
      onCancel={onCancel}
    >
      <Box variant="p">{t(`roles.role.${role}.detail`)}</Box>
      <KindValueInput
        label={t('roles.members.kind')}
        error={undefined}
        kinds={kinds}
        values={members}
        onChange={setMembers}
        suggest={principals}
      />
      {added.length > 0 && <Box>{t('roles.members.added', { names: namesOf(added) })}</Box>}
      {removed.length > 0 && <Box>{t('roles.members.removed', { names: namesOf(removed) })}</Box>}
      {role === 'PolicyAdministrator' && removed.length > 0 && (
        <Alert type="warning">{t('roles.members.own-administration')}</Alert>
      )}
    </AskDialog>
  );
}

function namesOf(members: readonly RoleMember[]): string {
  return members.map(({ name }) => name).join(', ');
}
