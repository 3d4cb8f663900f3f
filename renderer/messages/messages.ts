/**
 * All texts, in every language we speak, as ICU messages. Each feature brings its own; a language
 * that lacks one of them does not compile.
 */
import { logsMessages } from '../features/logs/messages.ts';
import { dashboardMessages } from '../features/dashboard/messages.ts';
import { compareMessages } from '../features/compare/messages.ts';
import { aboutMessages } from '../features/about/messages.ts';
import { accountsMessages } from '../features/accounts/messages.ts';
import { applicationsMessages } from '../features/applications/messages.ts';
import { connectMessages } from '../features/connect/messages.ts';
import { settingsMessages } from '../features/settings/messages.ts';
import { welcomeMessages } from '../features/welcome/messages.ts';
import { jobsMessages } from '../features/jobs/messages.ts';
import { lookupMessages } from '../features/lookup/messages.ts';
import { actMessages } from '../features/moderation/act-messages.ts';
import { moderationMessages } from '../features/moderation/messages.ts';
import { sessionMessages } from '../features/session/messages.ts';
import { statisticsMessages } from '../features/statistics/messages.ts';
import { submissionsMessages } from '../features/submissions/messages.ts';
import { tracksMessages } from '../features/tracks/messages.ts';
import { layoutMessages } from '../layout/messages.ts';
import { uiMessages } from '../ui/messages.ts';

const bundles = [
  uiMessages,
  layoutMessages,
  logsMessages,
  dashboardMessages,
  aboutMessages,
  accountsMessages,
  applicationsMessages,
  connectMessages,
  settingsMessages,
  welcomeMessages,
  jobsMessages,
  actMessages,
  moderationMessages,
  sessionMessages,
  statisticsMessages,
  submissionsMessages,
  compareMessages,
  lookupMessages,
  tracksMessages,
] as const;

type IdsOf<B> = B extends { readonly en: infer English } ? keyof English & string : never;

export type MessageId = IdsOf<(typeof bundles)[number]>;

export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;

export type Language = keyof typeof LANGUAGES;

/** All messages of one language. */
export function messagesOf(language: Language): Readonly<Record<string, string>> {
  return Object.assign({}, ...bundles.map((bundle) => bundle[language])) as Record<string, string>;
}

/** The language of the browser, if we speak it. */
export function browserLanguage(): Language {
  const wanted = navigator.languages.map((each) => each.slice(0, 2));
  return wanted.find((each): each is Language => each in LANGUAGES) ?? 'en';
}
