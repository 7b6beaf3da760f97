import type { RecordingCommand, Session, SessionId } from '@afterimage/contracts';
import { CommandDialog } from './command-dialog.tsx';
import { CommandProgressDialog } from './command-progress-dialog.tsx';

export interface GivenCommands {
  commands: readonly RecordingCommand[];
  refused: readonly { sessionId: SessionId; reason: string }[];
}

/** First the question, then what became of it. */
export type SessionQuestion =
  | { kind: 'ask'; action: RecordingCommand['action']; sessions: readonly Session[] }
  | { kind: 'given'; action: RecordingCommand['action']; sessions: readonly Session[]; given: GivenCommands };

export interface SessionDialogsProps {
  question: SessionQuestion | undefined;
  /** Sessions on the list: a command for all of a user's reaches those too that were not chosen. */
  listed: readonly Session[];
  onAsk(question: SessionQuestion): void;
  onClose(): void;
  onChanged(): void;
}

export function SessionDialogs({ question, listed, onAsk, onClose, onChanged }: SessionDialogsProps) {
  switch (question?.kind) {
    case undefined:
      return null;
    case 'ask': {
      const { action, sessions } = question;
      return (
        <CommandDialog
          action={action}
          sessions={sessions}
          onCancel={onClose}
          onGiven={(given) => {
            onAsk({ kind: 'given', action, sessions, given });
            onChanged();
          }}
        />
      );
    }
    case 'given':
      return (
        <CommandProgressDialog
          {...question}
          sessions={[...question.sessions, ...listed]}
          onClose={() => {
            onClose();
            onChanged();
          }}
        />
      );
  }
}
