import type { I18nProviderProps } from '@cloudscape-design/components/i18n';
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

/** What the console says itself, and what its controls say; each language is a file of its own. */
const texts = {
  en: {
    own: () => import('./en.json'),
    controls: () => import('@cloudscape-design/components/i18n/messages/all.en'),
  },
  de: {
    own: () => import('./de.json'),
    controls: () => import('@cloudscape-design/components/i18n/messages/all.de'),
  },
};
type Language = keyof typeof texts;
const languages: readonly Language[] = ['en', 'de'];

export interface LoadedTexts {
  language: Language;
  controlTexts: I18nProviderProps.Messages;
}

/** The browser's language where we have it, else English. */
function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = languages.find((known) => tag.toLowerCase().split('-')[0] === known);
    if (language !== undefined) return language;
  }
  return 'en';
}

export async function loadTexts(): Promise<LoadedTexts> {
  const language = preferredLanguage(navigator.languages);
  document.documentElement.lang = language;
  const [own, controls] = await Promise.all([texts[language].own(), texts[language].controls()]);
  await i18next.use(initReactI18next).init({
    lng: language,
    resources: { [language]: { translation: own.default } },
    interpolation: { escapeValue: false },
  });
  return { language, controlTexts: controls.default };
}
