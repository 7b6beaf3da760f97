import type { DialogChoice, DialogContent } from '../dialog/dialog-content.ts';
import type { ControlledSession, ControlOutcome } from '../sessions/session-control.ts';
import { type PanelTexts, panelTextsOf } from './panel-texts.ts';

/** `looked`: the user has seen enough. */
export type PanelAnswer = 'start' | 'stop' | 'looked';

export interface PanelView {
  readonly session: ControlledSession;
  /** What came of the button that was pressed last. */
  readonly outcome?: ControlOutcome | undefined;
  /** BCP 47; default: English. */
  readonly language?: string | undefined;
}

/**
 * What a user reads of the recording of their session: whether, since when and by whom, with the one button that they
 * may press now (USR-003).
 */
export function describePanel({ session, outcome, language = 'en' }: PanelView): DialogContent<PanelAnswer> {
  const texts = panelTextsOf(language);
  const lines = [...(sentenceOf(outcome, texts) ?? []), ...describeRecording(session, texts, language)];
  const { title, start, stop, close } = texts;
  const { status, initiator } = session.recording;
  const action: DialogChoice<PanelAnswer>[] = [];
  if (status === 'not-recorded' && session.allowsUserInitiated) action.push({ label: start, answer: 'start' });
  if (status !== 'not-recorded' && initiator === 'user') action.push({ label: stop, answer: 'stop' });
  return { title, body: lines.join('\n'), choices: [{ label: close, answer: 'looked' }, ...action] };
}

function describeRecording(
  { recording, recordedSince, allowsUserInitiated }: ControlledSession,
  texts: PanelTexts,
  language: string,
): string[] {
  const { status, initiator, startedBy } = recording;
  if (status === 'not-recorded') {
    return allowsUserInitiated ? [texts.notRecorded] : [texts.notRecorded, texts.mayNotStart];
  }
  const isBegun = status === 'recording' && recordedSince !== undefined;
  const state = isBegun ? texts.recordedSince(formatTime(recordedSince, language)) : texts.starting;
  if (initiator === 'user') return [state, texts.byUser];
  return [state, initiator === 'administrator' ? texts.byAdministrator(startedBy) : texts.byPolicy];
}

function sentenceOf(outcome: ControlOutcome | undefined, texts: PanelTexts): [string] | undefined {
  if (outcome === 'stopped') return [texts.stopped];
  if (outcome === 'stopped-by-administrator') return [texts.stoppedByAdministrator];
  if (outcome === 'user-is-asked') return [texts.userIsAsked];
  return undefined;
}

/** In the host's time zone. The narrow spaces of some languages are missing in the fonts of X servers. */
function formatTime(at: string, language: string): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'short', timeStyle: 'short' });
  return format.format(new Date(at)).replaceAll('\u202f', ' ');
}
