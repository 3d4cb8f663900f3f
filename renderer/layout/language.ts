import { useLocalStorage } from '@mantine/hooks';
import { createContext, useContext, useEffect } from 'react';
import { browserLanguage, LANGUAGES } from '../messages/messages.ts';
import type { Language } from '../messages/messages.ts';

const STORED_AS = 'acoustid-language';

export interface StoredLanguage {
  readonly language: Language;
  readonly setLanguage: (language: Language) => void;
}

export const LanguageContext = createContext<StoredLanguage>({
  language: 'en',
  setLanguage: () => undefined,
});

/** The language somebody chose on this device, else the browser's; the page says it is in that. */
export function useStoredLanguage(): StoredLanguage {
  const [stored, setLanguage] = useLocalStorage({
    key: STORED_AS,
    getInitialValueInEffect: false,
    defaultValue: browserLanguage(),
  });
  // What another version stored may be a language we do not speak.
  const language: Language = isLanguage(stored) ? stored : 'en';
  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  return { language, setLanguage };
}

function isLanguage(text: string): text is Language {
  return text in LANGUAGES;
}

export function useLanguage(): StoredLanguage {
  return useContext(LanguageContext);
}
