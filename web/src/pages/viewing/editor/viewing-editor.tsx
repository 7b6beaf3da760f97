import type { ViewingPolicy } from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import ContentLayout from '@cloudscape-design/components/content-layout';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useSignedIn } from '../../../session/session-context.tsx';
import { ProblemAlert } from '../../../shell/problem-alert.tsx';
import { usePageFrame } from '../../../shell/shell.tsx';
import { AskDialog } from '../../policies/content/ask-dialog.tsx';
import { useAddress } from '../../policies/content/use-address.ts';
import type { ViewingPolicies } from '../content/use-viewing-policies.ts';
import { problemAt, readViewingForm, type ViewingForm, type ViewingProblem } from '../content/viewing-form.ts';
import { BehindAlert } from './behind-alert.tsx';
import { DetailsBox } from './details-box.tsx';
import { LastChange } from './last-change.tsx';
import { RulesBox } from './rules-box.tsx';
import { SaveViewingDialog } from './save-viewing-dialog.tsx';
import type { ViewingDraft } from './use-viewing-draft.ts';

export interface ViewingEditorProps {
  title: string;
  list: ViewingPolicies;
  /** Why the list could not be loaded anew. */
  error: unknown;
  draft: ViewingDraft;
  /** Undefined: saving makes a new policy. */
  stored?: ViewingPolicy;
  notice?: ReactNode;
  onReload(): void;
}

/** Nothing is changed until it is saved; from then on it is in force. */
export function ViewingEditor({ title, list, error, draft, stored, notice, onReload }: ViewingEditorProps) {
  const { t } = useTranslation();
  const { session } = useSignedIn();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<'save' | 'leave'>();
  const { shown, check, take } = useShownProblems(draft.form);
  usePageFrame({ title, under: [{ text: t('viewing.title'), href: '/policies/viewing' }] });
  const leave = () => {
    draft.discard();
    void navigate('/policies/viewing');
  };
  const close = () => setAsked(undefined);
  return (
    <ContentLayout
      header={
        <EditorHeader
          title={title}
          isSavable={list.areOn && draft.hasUnsaved && !draft.isBehind}
          onCancel={() => (draft.hasUnsaved ? setAsked('leave') : leave())}
          onSave={() => check() && setAsked('save')}
        />
      }
    >
      <SpaceBetween size="l">
        {error !== undefined && (
          <ProblemAlert area="policies" error={error} onRetry={onReload} onSignIn={() => void session.signIn()} />
        )}
        {!list.areOn && <Alert type="info">{t('viewing.list.off')}</Alert>}
        {notice}
        {stored !== undefined && draft.isBehind && <BehindAlert stored={stored} draft={draft} />}
        {shown.length > 0 && <Alert type="error">{t('viewing.wrong.some')}</Alert>}
        <DetailsBox form={draft.form} problems={shown} onChange={draft.edit} />
        <RulesBox rules={draft.form.rules} problems={shown} onChange={(rules) => draft.edit({ rules })} />
        {stored !== undefined && <LastChange policy={stored} />}
      </SpaceBetween>
      {asked === 'save' && (
        <SaveViewingDialog
          form={draft.form}
          stored={stored}
          isFirst={list.policies.length === 0}
          onSaved={leave}
          onOvertaken={onReload}
          onRefused={take}
          onClose={close}
        />
      )}
      {asked === 'leave' && <LeaveDialog onLeave={leave} onStay={close} />}
    </ContentLayout>
  );
}

interface EditorHeaderProps {
  title: string;
  isSavable: boolean;
  onCancel(): void;
  onSave(): void;
}

function EditorHeader({ title, isSavable, onCancel, onSave }: EditorHeaderProps) {
  const { t } = useTranslation();
  return (
    <Header
      variant="h1"
      description={t('viewing.at-once')}
      actions={
        <SpaceBetween direction="horizontal" size="xs">
          <Button variant="link" onClick={onCancel}>
            {t('common.cancel')}
          </Button>
          <Button variant="primary" disabled={!isSavable} onClick={onSave}>
            {t('viewing.save.ask')}
          </Button>
        </SpaceBetween>
      }
    >
      {title}
    </Header>
  );
}

function LeaveDialog({ onLeave, onStay }: { onLeave(): void; onStay(): void }) {
  const { t } = useTranslation();
  return (
    <AskDialog
      title={t('viewing.leave.title')}
      confirm={t('policies.unsaved.discard')}
      decline={t('policies.wizard.cancel-decline')}
      onConfirm={async () => onLeave()}
      onCancel={onStay}
    >
      {t('policies.wizard.cancel-detail')}
    </AskDialog>
  );
}

/** What is wrong, from the first attempt to save on: by the schema as one types, and what the service said until one does. */
function useShownProblems(form: ViewingForm) {
  const [, setAddress] = useAddress();
  const [isShowing, setShowing] = useState(false);
  const [refused, setRefused] = useState<{ form: ViewingForm; problems: readonly ViewingProblem[] }>();
  const read = readViewingForm(form);
  const own = 'problems' in read ? read.problems : [];
  const openFirst = (problems: readonly ViewingProblem[]) => {
    const wrong = form.rules.find((_, index) => problemAt(problems, `/rules/${index}`) !== undefined);
    if (wrong !== undefined) setAddress({ rule: wrong.ruleId });
  };
  return {
    shown: [...(isShowing ? own : []), ...(refused?.form === form ? refused.problems : [])],
    /** Shows what is wrong. @returns whether nothing is */
    check(): boolean {
      setShowing(true);
      openFirst(own);
      return own.length === 0;
    },
    /** What the service refused of the form as it is now. */
    take(problems: readonly ViewingProblem[]) {
      setRefused({ form, problems });
      openFirst(problems);
    },
  };
}
