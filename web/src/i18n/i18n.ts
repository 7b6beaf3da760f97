import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import de from './de.json';
import en from './en.json';

export const languages = ['en', 'de'] as const;
export type Language = (typeof languages)[number];

/** The browser's language where we have it, else English. */
export function preferredLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    const language = languages.find((known) => tag.toLowerCase().startsWith(known));
    if (language !== undefined) return language;
  }
  return 'en';
}

export async function initialiseTexts(): Promise<Language> {
  const language = preferredLanguage(navigator.languages);
  document.documentElement.lang = language;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'en',
    resources: { en: { translation: en }, de: { translation: de } },
    interpolation: { escapeValue: false },
  });
  return language;
}
