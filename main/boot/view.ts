/** What the boot page says, as plain values; `boot.ts` puts them on the page. */
import type { Life } from '../ipc/contract.ts';

export interface Row {
  readonly title: string;
  /** What the part is for. */
  readonly about: string;
  /** Decides mark and colour: nothing is said by colour alone, `state` says it in words. */
  readonly tone: 'waiting' | 'busy' | 'good' | 'bad';
  readonly state: string;
  /** Its last line, or why it failed. */
  readonly line: string;
}

export interface View {
  readonly heading: string;
  readonly lead: string;
  readonly rows: readonly Row[];
  /** Parts that are ready, at the end those that have stopped; and all of them. */
  readonly done: number;
  readonly total: number;
  readonly progress: string;
  readonly error: string | undefined;
  readonly hint: string | undefined;
  readonly canRetry: boolean;
  readonly buttons: { readonly retry: string; readonly logs: string; readonly quit: string };
}

type ServiceLife = Life['services'][number];
type State = ServiceLife['state'];

const NAMES = ['postgres', 'migrations', 'nats', 'index', 'server'] as const;

const ENGLISH = {
  headings: {
    starting: 'AcoustID is starting',
    running: 'A part is missing',
    failed: 'AcoustID could not start',
    stopping: 'AcoustID is stopping',
    stopped: 'AcoustID is stopping',
  },
  leads: {
    starting: 'The first start makes the databases and takes some seconds longer.',
    running: 'The pages come back as soon as the server is ready again.',
    failed: 'Your data is as it was. The reason is below.',
    stopping: 'What was begun is finished and written. This takes a few seconds.',
    stopped: 'All parts have stopped.',
  },
  parts: {
    postgres: ['Database', 'fingerprints, tracks, accounts'],
    migrations: ['Tables', 'brought to this version'],
    nats: ['Queue', 'submissions on their way'],
    index: ['Fingerprint index', 'finds candidates'],
    server: ['Web service', 'API and pages'],
  },
  states: {
    waiting: 'waits',
    starting: 'starts',
    ready: 'ready',
    done: 'done',
    restarting: 'died, is started again',
    failed: 'failed',
    stopping: 'stops',
    stopped: 'stopped',
  },
  progress: (done: number, total: number) => `${done} of ${total} parts are ready`,
  ending: (done: number, total: number) => `${done} of ${total} parts have stopped`,
  hint: 'Mend what the reason names and try again. The log folder holds every word of every part.',
  buttons: { retry: 'Try again', logs: 'Open the log folder', quit: 'Quit' },
} as const;

type Words<T> = {
  readonly [K in keyof T]: T[K] extends string
    ? string
    : T[K] extends (...args: infer A) => string
      ? (...args: A) => string
      : Words<T[K]>;
};

const GERMAN: Words<typeof ENGLISH> = {
  headings: {
    starting: 'AcoustID startet',
    running: 'Ein Teil fehlt',
    failed: 'AcoustID konnte nicht starten',
    stopping: 'AcoustID hält an',
    stopped: 'AcoustID hält an',
  },
  leads: {
    starting: 'Der erste Start legt die Datenbanken an und dauert einige Sekunden länger.',
    running: 'Die Seiten kommen zurück, sobald der Server wieder bereit ist.',
    failed: 'Ihre Daten sind, wie sie waren. Der Grund steht unten.',
    stopping: 'Begonnenes wird beendet und geschrieben. Das dauert einige Sekunden.',
    stopped: 'Alle Teile sind angehalten.',
  },
  parts: {
    postgres: ['Datenbank', 'Fingerabdrücke, Tracks, Konten'],
    migrations: ['Tabellen', 'auf diese Version gebracht'],
    nats: ['Warteschlange', 'Einsendungen unterwegs'],
    index: ['Fingerabdruck-Index', 'findet Kandidaten'],
    server: ['Webdienst', 'API und Seiten'],
  },
  states: {
    waiting: 'wartet',
    starting: 'startet',
    ready: 'bereit',
    done: 'fertig',
    restarting: 'gestorben, wird neu gestartet',
    failed: 'ausgefallen',
    stopping: 'hält an',
    stopped: 'angehalten',
  },
  progress: (done, total) => `${done} von ${total} Teilen sind bereit`,
  ending: (done, total) => `${done} von ${total} Teilen sind angehalten`,
  hint: 'Beheben Sie, was der Grund nennt, und versuchen Sie es noch einmal. Im Protokollordner steht jedes Wort jedes Teils.',
  buttons: { retry: 'Noch einmal', logs: 'Protokollordner öffnen', quit: 'Beenden' },
};

const TONES: Readonly<Record<State, Row['tone']>> = {
  waiting: 'waiting',
  starting: 'busy',
  ready: 'good',
  done: 'good',
  restarting: 'busy',
  failed: 'bad',
  stopping: 'busy',
  stopped: 'waiting',
};

/** German for those who read it, English for everybody else. */
export function languageOf(languages: readonly string[]): 'de' | 'en' {
  const known = languages.map((each) => each.toLowerCase().slice(0, 2));
  return known.find((each) => each === 'de' || each === 'en') === 'de' ? 'de' : 'en';
}

/** The page for a state of the appliance. */
export function viewOf(life: Life, language: 'de' | 'en'): View {
  const words = language === 'de' ? GERMAN : ENGLISH;
  const isEnding = life.phase === 'stopping' || life.phase === 'stopped';
  const rows = NAMES.map((name) =>
    rowOf(
      life.services.find((service) => service.name === name) ?? {
        name,
        state: isEnding ? 'stopped' : 'waiting',
        lastLine: '',
      },
      { words, language },
    ),
  );
  const done = rows.filter(({ tone }) => tone === (isEnding ? 'waiting' : 'good')).length;
  const hasFailed = life.phase === 'failed' || rows.some(({ tone }) => tone === 'bad');
  return {
    heading: words.headings[life.phase],
    lead: words.leads[life.phase],
    rows,
    done,
    total: rows.length,
    progress: (isEnding ? words.ending : words.progress)(done, rows.length),
    error: life.phase === 'failed' ? (life.error ?? '') : undefined,
    hint: hasFailed ? words.hint : undefined,
    canRetry: hasFailed,
    buttons: words.buttons,
  };
}

function rowOf(
  { error, lastLine, name, startMs, state }: ServiceLife,
  { language, words }: { readonly words: Words<typeof ENGLISH>; readonly language: 'de' | 'en' },
): Row {
  const [title, about] = words.parts[name];
  const tone = TONES[state];
  const seconds = ((startMs ?? 0) / 1000).toLocaleString(language, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
  const took = tone === 'good' && startMs !== undefined ? ` · ${seconds} s` : '';
  const line = tone === 'good' ? '' : readable(error ?? lastLine);
  return { title, about, tone, state: `${words.states[state]}${took}`, line };
}

/** Our own parts log JSON, of which a person wants the message. */
function readable(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { msg } = JSON.parse(line) as { readonly msg?: unknown };
    return typeof msg === 'string' ? msg : line;
  } catch {
    // Half a line, or not ours after all: it is shown as it is.
    return line;
  }
}
