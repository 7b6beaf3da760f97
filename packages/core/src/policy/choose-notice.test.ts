import {
  noticeMessagesDraftSchema,
  noticeSchema,
  noticeTextSchema,
  type RecordingAction,
  recordingActionSchema,
} from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { sampleRecording } from '../testing/sample-recording.ts';
import { builtInNotices } from './built-in-notices.ts';
import { chooseNotice, withNotice } from './choose-notice.ts';

const messagesOf = (draft: object) => ({ ...noticeMessagesDraftSchema.parse(draft), version: 3 });
const written = (...languages: string[]) => ({
  messages: languages.map((language) => ({ language, title: `In ${language}`, body: `Written in ${language}` })),
});

function choose(language: string | undefined, draft: object = {}, requiresConsent = false) {
  return chooseNotice({ messages: messagesOf(draft), builtIn: builtInNotices, language, requiresConsent });
}

const builtIn = (language: string) => builtInNotices.find((notice) => notice.language === language);

describe('chooseNotice', () => {
  test('NTF-005: takes the built-in text in the language of the user, else in English', () => {
    for (const notice of builtInNotices) expect(choose(notice.language)).toMatchObject({ body: notice.body });
    expect(choose('de-AT')).toMatchObject({ language: 'de', title: builtIn('de')?.title });
    expect(choose('fi').language).toBe('en');
    expect(choose(undefined).language).toBe('en');
  });

  test('NTF-004: words the built-in text for consent where consent is asked for, and leaves a written one as it is', () => {
    expect(choose('fr', {}, true)).toMatchObject({ body: builtIn('fr')?.consentBody, requiresConsent: true });
    expect(choose('fr', {}, false)).toMatchObject({ body: builtIn('fr')?.body, requiresConsent: false });
    expect(choose('fr', written('fr'), true)).toMatchObject({ body: 'Written in fr', requiresConsent: true });
  });

  test('NTF-006: refuses a second message in one language', () => {
    expect(noticeMessagesDraftSchema.safeParse(written('de', 'de-AT')).success).toBe(true);
    const { error } = noticeMessagesDraftSchema.safeParse(written('de', 'fr', 'de'));
    expect(error?.issues.map(({ path }) => path)).toEqual([['messages', 2, 'language']]);
  });

  test('NTF-007: takes a message written in the language of the user before the fallback, and that before built-in texts', () => {
    const fallback = { title: 'To all', body: 'Written for everybody' };
    expect(choose('de', { ...written('de'), fallback })).toMatchObject({ body: 'Written in de', messagesVersion: 3 });
    expect(choose('de', { ...written('fr'), fallback })).toMatchObject({ ...fallback, language: 'und' });
    expect(choose('de', written('fr'))).toMatchObject({ language: 'de', body: builtIn('de')?.body });
  });

  test('NTF-007: prefers the exact language, then the language in general, then another region of it', () => {
    expect(choose('de-AT', written('de-CH', 'de', 'de-AT')).language).toBe('de-AT');
    expect(choose('de-AT', written('de-CH', 'de')).language).toBe('de');
    expect(choose('de-AT', written('fr', 'de-CH')).language).toBe('de-CH');
    expect(choose('pt-PT', written('pt-BR')).language).toBe('pt-BR');
  });

  test('takes no text in another script for one in the language of the user', () => {
    expect(choose('zh-TW').language).toBe('en');
    expect(choose('zh-CN').language).toBe('zh-Hans');
    expect(choose('zh').language).toBe('zh-Hans');
    expect(choose('zh-TW', written('zh-Hant', 'zh-Hans')).language).toBe('zh-Hant');
  });

  test('reads what hosts say of a language, and takes what cannot be read for no language', () => {
    expect(choose('de_AT.UTF-8@euro').language).toBe('de');
    expect(choose('DE').language).toBe('de');
    for (const odd of ['C', 'C.UTF-8', 'POSIX', '', '-', '💥', 'x'.repeat(100_000)])
      expect(choose(odd).language).toBe('en');
  });
});

describe('withNotice', () => {
  const choice = { messages: messagesOf({}), builtIn: builtInNotices, language: 'en', requiresConsent: false };
  const decisionOf = (action: RecordingAction) => withNotice({ ...sampleRecording().decision, action }, choice);

  test('NTF-010: tells nobody of a silent action, nor that nothing is recorded', () => {
    const telling = recordingActionSchema.options.filter((action) => decisionOf(action).notice !== undefined);
    expect(telling).toEqual(['record-with-notification', 'record-events-with-notification']);
  });
});

describe('the built-in notices', () => {
  test('are complete in each language, and each language is there once', () => {
    for (const { language, title, body, consentBody } of builtInNotices) {
      noticeTextSchema.parse({ title, body });
      noticeTextSchema.parse({ title, body: consentBody });
      noticeSchema.shape.language.parse(language);
    }
    const languages = builtInNotices.map(({ language }) => language);
    expect(languages).toEqual([...new Set(languages)].toSorted());
    const texts = builtInNotices.flatMap(({ title, body, consentBody }) => [title, body, consentBody]);
    expect(new Set(texts).size).toBe(texts.length);
  });
});
