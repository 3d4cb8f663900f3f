/** What the shell says outside its pages: menus, dialogs, notifications. German and English. */

const ENGLISH = {
  about: 'About AcoustID',
  apiCopied: 'API address copied',
  autostart: 'Start at login',
  backgroundAsk: 'Keep AcoustID running in the background?',
  backgroundDetail:
    'Taggers can go on using it, and jobs go on. The symbol in the system tray brings the window back.',
  backgroundKeep: 'Keep running',
  backgroundQuit: 'Quit',
  cancel: 'Cancel',
  copyApi: 'Copy API address',
  crashAsk: 'The page has crashed',
  crashDetail: 'The services run on. The page can be loaded again.',
  edit: 'Edit',
  failed: 'A service has failed',
  failedDetail: (name: string) => `${name} was started five times and died. The window says why.`,
  file: 'File',
  help: 'Help',
  logs: 'Open the log folder',
  moved: 'The data folder has been moved',
  open: 'Open AcoustID',
  openBrowser: 'Open in the browser',
  openBrowserAsk: 'Open this page in your browser?',
  pauseJobs: 'Pause jobs',
  quit: 'Quit AcoustID',
  reload: 'Reload the page',
  remember: 'Remember this',
  resumeJobs: 'Continue jobs',
  running: (url: string) => `Running at ${url}`,
  starting: 'Starting …',
  stateFailed: 'Not running: see the window',
  stopping: 'Stopping …',
  unresponsive: 'The page does not answer',
  update: (version: string) => `Version ${version} is ready to be installed`,
  updateDetail: 'It is installed when no job runs, after a backup.',
  view: 'View',
  wait: 'Wait',
} as const;

export type Texts = {
  readonly [K in keyof typeof ENGLISH]: (typeof ENGLISH)[K] extends string
    ? string
    : (text: string) => string;
};

const GERMAN: Texts = {
  about: 'Über AcoustID',
  apiCopied: 'API-Adresse kopiert',
  autostart: 'Bei der Anmeldung starten',
  backgroundAsk: 'Soll AcoustID im Hintergrund weiterlaufen?',
  backgroundDetail:
    'Tagger können es weiter benutzen, und Aufträge laufen weiter. Das Symbol in der Leiste holt das Fenster zurück.',
  backgroundKeep: 'Weiterlaufen lassen',
  backgroundQuit: 'Beenden',
  cancel: 'Abbrechen',
  copyApi: 'API-Adresse kopieren',
  crashAsk: 'Die Seite ist abgestürzt',
  crashDetail: 'Die Dienste laufen weiter. Die Seite kann neu geladen werden.',
  edit: 'Bearbeiten',
  failed: 'Ein Dienst ist ausgefallen',
  failedDetail: (name) => `${name} wurde fünfmal gestartet und starb. Das Fenster sagt, warum.`,
  file: 'Datei',
  help: 'Hilfe',
  logs: 'Ordner der Protokolle öffnen',
  moved: 'Der Datenordner ist umgezogen',
  open: 'AcoustID öffnen',
  openBrowser: 'Im Browser öffnen',
  openBrowserAsk: 'Diese Seite im Browser öffnen?',
  pauseJobs: 'Aufträge anhalten',
  quit: 'AcoustID beenden',
  reload: 'Seite neu laden',
  remember: 'Nicht mehr fragen',
  resumeJobs: 'Aufträge fortsetzen',
  running: (url) => `Läuft unter ${url}`,
  starting: 'Startet …',
  stateFailed: 'Läuft nicht: siehe Fenster',
  stopping: 'Hält an …',
  unresponsive: 'Die Seite antwortet nicht',
  update: (version) => `Version ${version} liegt zur Installation bereit`,
  updateDetail: 'Sie wird installiert, wenn kein Auftrag läuft, nach einer Sicherung.',
  view: 'Ansicht',
  wait: 'Warten',
};

/** The first of the person's languages that we speak; English for everybody else. */
export function textsFor(languages: readonly string[]): Texts {
  const spoken = languages.map((language) => language.toLowerCase().split('-', 1)[0]);
  const first = spoken.find((language) => language === 'de' || language === 'en');
  return first === 'de' ? GERMAN : ENGLISH;
}
