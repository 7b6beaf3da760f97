import {
  changeNoticeMessages,
  type NoticeMessages,
  type NoticeMessagesDraft,
  noticeMessagesDraftSchema,
} from '@afterimage/contracts';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Checkbox from '@cloudscape-design/components/checkbox';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSignedIn } from '../../session/session-context.tsx';
import { useNotify } from '../../shell/notifications.tsx';
import { AskDialog } from '../policies/content/ask-dialog.tsx';
import { type BuiltInText, BuiltInTexts } from './built-in-texts.tsx';
import { MessageBox } from './message-box.tsx';

export interface NoticesFormProps {
  stored: NoticeMessages;
  builtIn: readonly BuiltInText[];
  onChanged(): void;
}

const emptyText = { title: '', body: '' };

/** Nothing is changed until it is saved; a save is the next version. */
export function NoticesForm({ stored, builtIn, onChanged }: NoticesFormProps) {
  const { t } = useTranslation();
  const { requiresConsent: consent, fallback: storedFallback, messages: storedMessages } = stored;
  const [draft, setDraft] = useState<NoticeMessagesDraft>({
    requiresConsent: consent,
    fallback: storedFallback,
    messages: storedMessages,
  });
  const [isAsking, setAsking] = useState(false);
  const change = (part: Partial<NoticeMessagesDraft>) => setDraft((now) => ({ ...now, ...part }));
  const { requiresConsent, fallback, messages } = draft;
  const isValid = noticeMessagesDraftSchema.safeParse(draft).success;
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2">{t('notices.consent.title')}</Header>}>
        <Checkbox
          checked={requiresConsent}
          description={t('notices.consent.detail')}
          onChange={({ detail }) => change({ requiresConsent: detail.checked })}
        >
          {t('notices.consent.label')}
        </Checkbox>
      </Container>
      {messages.map((message, index) => (
        <MessageBox
          // biome-ignore lint/suspicious/noArrayIndexKey: a message has no name but its language, which is being typed
          key={index}
          title={t('notices.message.title', { number: index + 1 })}
          text={message}
          language={message.language}
          isDuplicate={messages.some((other, place) => place < index && other.language === message.language)}
          requiresConsent={requiresConsent}
          onChange={(part) =>
            change({ messages: messages.map((one, place) => (place === index ? { ...one, ...part } : one)) })
          }
          onRemove={() => change({ messages: messages.filter((_, place) => place !== index) })}
        />
      ))}
      {fallback !== undefined && (
        <MessageBox
          title={t('notices.fallback.title')}
          text={fallback}
          requiresConsent={requiresConsent}
          onChange={(part) => change({ fallback: { ...fallback, ...part } })}
          onRemove={() => change({ fallback: undefined })}
        />
      )}
      <SpaceBetween direction="horizontal" size="xs">
        <Button iconName="add-plus" onClick={() => change({ messages: [...messages, { language: '', ...emptyText }] })}>
          {t('notices.add-message')}
        </Button>
        <Button disabled={fallback !== undefined} onClick={() => change({ fallback: emptyText })}>
          {t('notices.add-fallback')}
        </Button>
        <Button variant="primary" disabled={!isValid} onClick={() => setAsking(true)}>
          {t('notices.save')}
        </Button>
      </SpaceBetween>
      <Standing stored={stored} />
      <BuiltInTexts texts={builtIn} requiresConsent={requiresConsent} />
      {isAsking && (
        <SaveDialog
          draft={draft}
          expectedVersion={stored.version}
          onCancel={() => setAsking(false)}
          onDone={onChanged}
        />
      )}
    </SpaceBetween>
  );
}

function Standing({ stored: { version, changedBy, changedAt } }: { stored: NoticeMessages }) {
  const { t, i18n } = useTranslation();
  if (changedAt === undefined) return <Box color="text-body-secondary">{t('notices.never-changed')}</Box>;
  const when = new Date(changedAt).toLocaleString(i18n.language);
  return <Box color="text-body-secondary">{t('notices.changed', { version, who: changedBy ?? '', when })}</Box>;
}

interface SaveDialogProps {
  draft: NoticeMessagesDraft;
  expectedVersion: number;
  onCancel(): void;
  onDone(): void;
}

function SaveDialog({ draft, expectedVersion, onCancel, onDone }: SaveDialogProps) {
  const { t } = useTranslation();
  const { api } = useSignedIn();
  const notify = useNotify();
  const save = async () => {
    await api(changeNoticeMessages, { body: { expectedVersion, draft } });
    notify({ type: 'success', text: t('notices.saved') });
    onCancel();
    onDone();
  };
  return (
    <AskDialog title={t('notices.ask.title')} confirm={t('notices.ask.confirm')} onConfirm={save} onCancel={onCancel}>
      {t(draft.requiresConsent ? 'notices.ask.consent' : 'notices.ask.told')}
    </AskDialog>
  );
}
