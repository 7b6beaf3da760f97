import type { Notice, NoticeMessages, NoticeText, RecordingDecision } from '@afterimage/contracts';
import type { BuiltInNotice } from './built-in-notices.ts';
import { tellsUser } from './recording-actions.ts';

export interface NoticeChoice {
  messages: Pick<NoticeMessages, 'messages' | 'fallback' | 'version'>;
  builtIn: readonly BuiltInNotice[];
  /** As the host says it, and so perhaps not BCP 47. */
  language: string | undefined;
  requiresConsent: boolean;
}

/** ISO 639-2, undetermined: of a text that is shown to speakers of every language. */
const undetermined = 'und';
const builtInDefault = 'en';

/**
 * What the user is told (NTF-003..007), the first of these that there is:
 * 1. the message written for the user's language: exactly, then in general (`de` for `de-AT`), then for another region;
 * 2. the fallback that was written: it stands in for the built-in texts in every language;
 * 3. the built-in text in the user's language, in the wording for consent where that is asked for;
 * 4. the built-in text in English.
 */
export function chooseNotice({ messages, builtIn, language, requiresConsent }: NoticeChoice): Notice {
  const { version: messagesVersion, fallback } = messages;
  const notice = (text: NoticeText & { language: string }): Notice => ({
    title: text.title,
    body: text.body,
    language: text.language,
    messagesVersion,
    requiresConsent,
  });
  const written = findBest(messages.messages, language);
  if (written !== undefined) return notice(written);
  if (fallback !== undefined) return notice({ ...fallback, language: undetermined });
  const text = findBest(builtIn, language) ?? findBest(builtIn, builtInDefault);
  if (text === undefined) throw new Error('there is no built-in notice in English');
  return notice({ ...text, body: requiresConsent ? text.consentBody : text.body });
}

/** The decision with what its user is told; as it is when its action is silent (NTF-010). */
export function withNotice(decision: RecordingDecision, choice: NoticeChoice): RecordingDecision {
  return tellsUser(decision.action) ? { ...decision, notice: chooseNotice(choice) } : decision;
}

function findBest<T extends { language: string }>(texts: readonly T[], language: string | undefined): T | undefined {
  const wanted = readLocale(language);
  if (wanted === undefined) return undefined;
  const ranked = texts.map((text) => ({ text, rank: rankLanguage(readLocale(text.language), wanted) }));
  return ranked.filter(({ rank }) => rank > 0).sort((a, b) => b.rank - a.rank)[0]?.text;
}

/** 3: the same; 2: the language in general; 1: of another region; 0: another language, or one in another script. */
function rankLanguage(offered: Intl.Locale | undefined, wanted: Intl.Locale): number {
  if (offered === undefined) return 0;
  if (offered.toString() === wanted.toString()) return 3;
  const [a, b] = [offered.maximize(), wanted.maximize()];
  if (a.language !== b.language || a.script !== b.script) return 0;
  return offered.region === undefined ? 2 : 1;
}

/** Also from what POSIX says, such as `de_AT.UTF-8@euro`. */
function readLocale(language: string | undefined): Intl.Locale | undefined {
  const tag = language?.slice(0, 64).split(/[.@]/, 1)[0]?.replaceAll('_', '-');
  if (tag === undefined || tag === 'C' || tag === 'POSIX') return undefined;
  try {
    return new Intl.Locale(new Intl.Locale(tag).baseName);
  } catch {
    return undefined;
  }
}
