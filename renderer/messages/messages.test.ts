import { IntlMessageFormat } from 'intl-messageformat';
import { expect, test } from 'vitest';
import { LANGUAGES, messagesOf } from './messages.ts';
import type { Language } from './messages.ts';

const languages = Object.keys(LANGUAGES) as Language[];
const english = messagesOf('en');

test.each(languages)('%s has every message, and each is good ICU', (language) => {
  const messages = messagesOf(language);
  expect(Object.keys(messages).sort()).toEqual(Object.keys(english).sort());
  for (const [id, message] of Object.entries(messages)) {
    expect(() => new IntlMessageFormat(message, language), id).not.toThrow();
    expect(message.trim(), id).not.toBe('');
  }
});

test.each(languages)('%s takes the same values as English', (language) => {
  const namesOf = (message: string): string[] =>
    [...message.matchAll(/\{\s*(\w+)\s*[,}]/g)].map(([, name]) => name!).sort();
  const outer = (message: string): Set<string> => new Set(namesOf(message));
  for (const [id, message] of Object.entries(messagesOf(language))) {
    expect(outer(message), id).toEqual(outer(english[id]!));
  }
});
