import { bundle } from '../messages/bundle.ts';

export const uiMessages = bundle(
  {
    'ui.loading': 'Loading…',
    'ui.more': 'Show more',
    'ui.retry': 'Try again',
    'ui.copy': 'Copy',
    'ui.copied': 'Copied',
    'ui.copy.label': 'Copy {what}',
    'ui.copy.failed': 'This browser does not let pages copy here; select it by hand',
    'ui.cancel': 'Cancel',
    'ui.close': 'Close',
    'ui.chart.table': 'Table',
    'ui.chart.day': 'Day',
    'ui.error.title': 'This did not work',
    'ui.error.unreachable':
      'The server does not answer. It may be starting; this page goes on by itself when it is back.',
    'ui.error.unavailable':
      'A part of the appliance does not answer: {message}. The dashboard shows which.',
    'ui.error.not_signed_in': 'You are not signed in any more.',
    'ui.error.forbidden': 'Your account may not do this.',
    'ui.error.not_found': 'There is no such thing here, or not any more.',
    'ui.error.internal': 'Something went wrong in the server. Its log says what.',
    'ui.error.other': '{message}',
  },
  {
    'ui.loading': 'Wird geladen …',
    'ui.more': 'Mehr anzeigen',
    'ui.retry': 'Noch einmal versuchen',
    'ui.copy': 'Kopieren',
    'ui.copied': 'Kopiert',
    'ui.copy.label': '{what} kopieren',
    'ui.copy.failed': 'Dieser Browser lässt Seiten hier nicht kopieren; bitte von Hand auswählen',
    'ui.cancel': 'Abbrechen',
    'ui.close': 'Schließen',
    'ui.chart.table': 'Tabelle',
    'ui.chart.day': 'Tag',
    'ui.error.title': 'Das hat nicht geklappt',
    'ui.error.unreachable':
      'Der Server antwortet nicht. Vielleicht startet er gerade; diese Seite geht von selbst weiter, wenn er wieder da ist.',
    'ui.error.unavailable':
      'Ein Teil der Anlage antwortet nicht: {message}. Die Übersicht zeigt, welcher.',
    'ui.error.not_signed_in': 'Sie sind nicht mehr angemeldet.',
    'ui.error.forbidden': 'Ihr Konto darf das nicht.',
    'ui.error.not_found': 'Das gibt es hier nicht, oder nicht mehr.',
    'ui.error.internal': 'Im Server ist etwas schiefgegangen. Sein Protokoll sagt, was.',
    'ui.error.other': '{message}',
  },
);
