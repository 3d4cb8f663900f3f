import { bundle } from '../../messages/bundle.ts';

export const welcomeMessages = bundle(
  {
    'welcome.title': 'First steps',
    'welcome.description':
      'Five short steps; each can be left out, and all can be taken again from the settings.',
    'welcome.steps': 'Steps',
    'welcome.leave': 'Leave out all',
    'welcome.back': 'Back',
    'welcome.next': 'Next',
    'welcome.finish': 'To the dashboard',
    'welcome.look': 'Language',
    'welcome.look.hint': 'Kept on this device, and always to be changed at the top right.',
    'welcome.restore': 'You had an appliance before, and a backup of it?',
    'welcome.restore.do': 'Restore a backup',
    'welcome.disk': 'Data folder',
    'welcome.disk.free': '{free} of {total} are free.',
    'welcome.disk.used': 'Used part of the disk',
    'welcome.disk.hint':
      'A song takes about 5 kB here. The folder is moved by stopping the appliance and starting it with --data-dir, or in the settings of the desktop application.',
    'welcome.disk.test': 'Test the speed',
    'welcome.disk.testing': 'Writing for a few seconds…',
    'welcome.disk.speed': '{speed} per second; a small write is safe after {sync} ms.',
    'welcome.disk.slow':
      'Small writes are slow here, as on a network drive or a memory card. It works; imports take their time.',
    'welcome.data': 'What to install',
    'welcome.data.what': 'Data',
    'welcome.data.download': 'Download',
    'welcome.data.disk': 'On the disk',
    'welcome.data.time': 'Takes',
    'welcome.data.state': 'State',
    'welcome.data.about': 'about {value}',
    'welcome.data.hours': '{hours} h',
    'welcome.data.own': 'Only my own library',
    'welcome.data.own.hint': 'Grows with what you submit. Nothing to download.',
    'welcome.data.musicbrainz': 'MusicBrainz metadata',
    'welcome.data.musicbrainz.hint': 'Titles, artists and releases of recordings.',
    'welcome.data.public': 'AcoustID public data',
    'welcome.data.public.hint': 'Every fingerprint that AcoustID published since 2011.',
    'welcome.data.ready': 'Ready',
    'welcome.data.later': 'Comes with a later version',
    'welcome.data.note':
      'Sizes and hours are estimates, carried forward from what others measured on part of the data; where there is none, nobody measured it. Free here: {free}. Imports are not part of this version, and nothing is downloaded.',
    'welcome.network': 'Network',
    'welcome.network.closed':
      'Only programs on this machine reach the appliance. This is the default, and needs nothing.',
    'welcome.network.open': 'Other machines can reach the appliance.',
    'welcome.network.how': 'To let other machines in:',
    'welcome.network.password': 'An administrator needs a password:',
    'welcome.network.address':
      'Put these lines into the configuration file, or say --host at the start, and start again.',
    'welcome.network.proxy':
      'Traffic is not encrypted by itself: beyond your own network put a proxy with a certificate in front.',
    'welcome.network.lines': 'the lines',
    'welcome.apps': 'Programs',
    'welcome.apps.hint':
      'Picard, beets and others ask this appliance as they would ask AcoustID. Each has a recipe with address and keys filled in, and you see when its first request arrives.',
    'welcome.apps.lookup': 'Look up a file',
  },
  {
    'welcome.title': 'Erste Schritte',
    'welcome.description':
      'Fünf kurze Schritte; jeder kann entfallen, und alle lassen sich aus den Einstellungen wiederholen.',
    'welcome.steps': 'Schritte',
    'welcome.leave': 'Alles überspringen',
    'welcome.back': 'Zurück',
    'welcome.next': 'Weiter',
    'welcome.finish': 'Zur Übersicht',
    'welcome.look': 'Sprache',
    'welcome.look.hint':
      'Wird auf diesem Gerät gemerkt und lässt sich oben rechts jederzeit ändern.',
    'welcome.restore': 'Sie hatten schon eine Anlage und haben eine Sicherung davon?',
    'welcome.restore.do': 'Sicherung zurückspielen',
    'welcome.disk': 'Datenordner',
    'welcome.disk.free': '{free} von {total} sind frei.',
    'welcome.disk.used': 'Belegter Teil der Platte',
    'welcome.disk.hint':
      'Ein Lied braucht hier etwa 5 kB. Den Ordner verlegen Sie, indem Sie die Anlage anhalten und mit --data-dir starten, oder in den Einstellungen der Desktop-Anwendung.',
    'welcome.disk.test': 'Geschwindigkeit prüfen',
    'welcome.disk.testing': 'Schreibt ein paar Sekunden lang …',
    'welcome.disk.speed':
      '{speed} pro Sekunde; ein kleiner Schreibvorgang ist nach {sync} ms sicher.',
    'welcome.disk.slow':
      'Kleine Schreibvorgänge sind hier langsam, wie auf einem Netzlaufwerk oder einer Speicherkarte. Es geht; Importe brauchen ihre Zeit.',
    'welcome.data': 'Was installiert wird',
    'welcome.data.what': 'Daten',
    'welcome.data.download': 'Download',
    'welcome.data.disk': 'Auf der Platte',
    'welcome.data.time': 'Dauer',
    'welcome.data.state': 'Stand',
    'welcome.data.about': 'etwa {value}',
    'welcome.data.hours': '{hours} h',
    'welcome.data.own': 'Nur meine eigene Sammlung',
    'welcome.data.own.hint': 'Wächst mit dem, was Sie einsenden. Nichts herunterzuladen.',
    'welcome.data.musicbrainz': 'Metadaten von MusicBrainz',
    'welcome.data.musicbrainz.hint': 'Titel, Interpreten und Veröffentlichungen von Aufnahmen.',
    'welcome.data.public': 'Öffentliche Daten von AcoustID',
    'welcome.data.public.hint': 'Alle Fingerabdrücke, die AcoustID seit 2011 veröffentlicht hat.',
    'welcome.data.ready': 'Bereit',
    'welcome.data.later': 'Kommt mit einer späteren Version',
    'welcome.data.note':
      'Größen und Stunden sind Schätzungen, hochgerechnet aus dem, was andere an einem Teil der Daten gemessen haben; wo keine stehen, hat niemand gemessen. Hier frei: {free}. Importe gehören nicht zu dieser Version, und nichts wird heruntergeladen.',
    'welcome.network': 'Netzwerk',
    'welcome.network.closed':
      'Nur Programme auf diesem Rechner erreichen die Anlage. Das ist die Vorgabe und braucht nichts.',
    'welcome.network.open': 'Andere Rechner können die Anlage erreichen.',
    'welcome.network.how': 'Um andere Rechner zuzulassen:',
    'welcome.network.password': 'Eine Verwaltung braucht ein Passwort:',
    'welcome.network.address':
      'Schreiben Sie diese Zeilen in die Konfigurationsdatei, oder sagen Sie beim Start --host, und starten Sie neu.',
    'welcome.network.proxy':
      'Verschlüsselt wird nicht von selbst: Jenseits Ihres eigenen Netzes gehört ein Proxy mit Zertifikat davor.',
    'welcome.network.lines': 'die Zeilen',
    'welcome.apps': 'Programme',
    'welcome.apps.hint':
      'Picard, beets und andere fragen diese Anlage, wie sie AcoustID fragen würden. Für jedes gibt es ein Rezept mit Adresse und Schlüsseln, und Sie sehen, wann die erste Anfrage ankommt.',
    'welcome.apps.lookup': 'Eine Datei nachschlagen',
  },
);
