import {
  ApiProblem,
  changeViewingPolicy,
  createViewingPolicy,
  type ViewingPolicy,
  type ViewingPolicyDraft,
  type ViewingRule,
} from '@afterimage/contracts';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../../session/session-context.tsx';
import { useNotify } from '../../../shell/notifications.tsx';
import { AskDialog } from '../../policies/content/ask-dialog.tsx';
import { type ViewingChanges, viewingChanges } from '../content/viewing-changes.ts';
import { problemsOfBody, readViewingForm, type ViewingForm, type ViewingProblem } from '../content/viewing-form.ts';
import { ViewingRuleLine, ViewingRuleLines } from '../content/viewing-rule-line.tsx';

export interface SaveViewingDialogProps {
  form: ViewingForm;
  /** Undefined: it becomes a new policy. */
  stored: ViewingPolicy | undefined;
  /** Until now there is no policy, and everybody sees everything. */
  isFirst: boolean;
  onSaved(): void;
  /** Somebody else has changed or deleted it meanwhile; nothing was saved. */
  onOvertaken(): void;
  onRefused(problems: readonly ViewingProblem[]): void;
  onClose(): void;
}

/** Says what a save changes for whom, since it holds at once (VIEW-004). */
export function SaveViewingDialog({ form, stored, isFirst, onClose, ...props }: SaveViewingDialogProps) {
  const { t } = useTranslation();
  const save = useSave();
  const read = readViewingForm(form);
  if ('problems' in read) return null;
  const { draft } = read;
  const changes = viewingChanges(stored?.rules ?? [], draft.rules);
  const run = async () => {
    const refusal = await save(draft, stored);
    onClose();
    if (refusal === undefined) props.onSaved();
    else if (refusal === 'overtaken') props.onOvertaken();
    else props.onRefused(refusal);
  };
  return (
    <AskDialog
      title={t(stored === undefined ? 'viewing.save.title-new' : 'viewing.save.title', { name: draft.name })}
      confirm={t('viewing.save.confirm')}
      decline={t('policies.save.go-on')}
      onConfirm={run}
      onCancel={onClose}
    >
      <Rules title={t('viewing.save.added')} rules={changes.added} />
      <ChangedRules rules={changes.changed} />
      <Rules title={t('viewing.save.removed')} rules={changes.removed} />
      {Object.values(changes).every((rules) => rules.length === 0) && <Box>{t('viewing.save.same-rules')}</Box>}
      {isFirst && (
        <Alert type="warning" header={t('viewing.save.first')}>
          {t('viewing.unnamed')}
        </Alert>
      )}
      <Box color="text-body-secondary">{t('viewing.at-once')}</Box>
    </AskDialog>
  );
}

function Rules({ title, rules }: { title: string; rules: readonly ViewingRule[] }) {
  if (rules.length === 0) return null;
  return (
    <div>
      <Box variant="awsui-key-label">{title}</Box>
      <ViewingRuleLines rules={rules} />
    </div>
  );
}

function ChangedRules({ rules }: { rules: ViewingChanges['changed'] }) {
  const { t } = useTranslation();
  if (rules.length === 0) return null;
  return (
    <div>
      <Box variant="awsui-key-label">{t('viewing.save.changed')}</Box>
      <ul className="policy-points">
        {rules.map(({ before, after }) => (
          <li key={after.ruleId}>
            <Box variant="strong">{after.name}:</Box> <ViewingRuleLine rule={after} />
            <Box variant="small" display="block" color="text-body-secondary">
              {t('viewing.save.until-now')} <ViewingRuleLine rule={before} />
            </Box>
          </li>
        ))}
      </ul>
    </div>
  );
}

type Save = (
  draft: ViewingPolicyDraft,
  stored: ViewingPolicy | undefined,
) => Promise<undefined | 'overtaken' | ViewingProblem[]>;

/** Makes or changes a policy; rejects with what has nothing to do with its content. */
function useSave(): Save {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  return async (draft, stored) => {
    try {
      if (stored === undefined) await api(createViewingPolicy, { body: { draft } });
      else {
        const { policyId, version } = stored;
        await api(changeViewingPolicy, { params: { policyId }, body: { expectedVersion: version, draft } });
      }
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.kind === 'policy-changed' || error.kind === 'policy-not-found') return 'overtaken';
      const { errors = [] } = error.problem;
      if (errors.length > 0) return problemsOfBody(errors);
      throw error;
    }
    notify({ type: 'success', text: t('viewing.save.done', { name: draft.name }) });
    return undefined;
  };
}
