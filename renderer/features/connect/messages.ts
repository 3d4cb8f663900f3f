import { bundle } from '../../messages/bundle.ts';

export const connectMessages = bundle(
  {
    'connect.title': 'Connect your apps',
    'connect.description':
      'Point the programs you have at this appliance. Everything below is filled in; copy it.',
    'connect.programs': 'Programs',
    'connect.address': 'Address',
    'connect.applicationKey': 'Application key (client=)',
    'connect.userKey': 'User key (user=), for submissions',
    'connect.signIn': 'Sign in to have your keys filled in; until then their places are named.',
    'connect.otherKeys': 'Other keys: Applications',
    'connect.recipe': 'the recipe for {name}',
    'connect.fixed.title': 'It always asks api.acoustid.org',
    'connect.fixed':
      'The address is built into the program. On a machine of your own you can lead that name here: an entry for api.acoustid.org in the hosts file, and in front of this appliance a proxy for that name with a certificate that the machine trusts. Other programs on that machine are led here too.',
    'connect.picard':
      'Picard has no option for the address. Start it by this small file; put the user key into Options › Fingerprinting. It was tried with version 2.8, whose program lies in /usr/lib/picard.',
    'connect.beets':
      'A plugin of six lines sets the address before the chroma plugin asks. The user key is needed for "beet submit" only.',
    'connect.pyacoustid': 'One line sets the address; it must end in /v2/.',
    'connect.puddletag': 'Start it by this small file, which sets the address first.',
    'connect.curl': 'From a terminal, with fpcalc from the Chromaprint tools.',
    'connect.redirected': 'It looks songs up by itself, but has no option for the address.',
    'connect.kid3':
      'It has no option for the address, and says that it is a browser; its requests are shown as such.',
    'connect.npm':
      'The package has no option for the address (plain http), and does not say who it is.',
    'connect.live': 'What arrives',
    'connect.live.all': 'From every program',
    'connect.live.waiting': 'Waiting for a request of {name}. Look something up there now.',
    'connect.live.good': 'It works: a request arrived and was answered. Application: {name}',
    'connect.live.bad': 'A request arrived and was refused: {outcome}.',
    'connect.live.when': 'When',
    'connect.live.request': 'Request',
    'connect.live.application': 'Application',
    'connect.live.outcome': 'Came to',
    'connect.live.took': 'Took',
    'connect.live.silent': 'does not say who it is',
  },
  {
    'connect.title': 'Programme anbinden',
    'connect.description':
      'Lassen Sie Ihre Programme diese Anlage fragen. Alles hier ist ausgefüllt und lässt sich kopieren.',
    'connect.programs': 'Programme',
    'connect.address': 'Adresse',
    'connect.applicationKey': 'Anwendungsschlüssel (client=)',
    'connect.userKey': 'Benutzerschlüssel (user=), für Einsendungen',
    'connect.signIn':
      'Melden Sie sich an, damit Ihre Schlüssel eingesetzt werden; bis dahin sind ihre Plätze benannt.',
    'connect.otherKeys': 'Andere Schlüssel: Anwendungen',
    'connect.recipe': 'das Rezept für {name}',
    'connect.fixed.title': 'Es fragt immer api.acoustid.org',
    'connect.fixed':
      'Die Adresse ist fest eingebaut. Auf einem eigenen Rechner können Sie diesen Namen hierher führen: mit einem Eintrag für api.acoustid.org in der hosts-Datei und einem Proxy für diesen Namen vor der Anlage, dessen Zertifikat der Rechner vertraut. Auch andere Programme auf diesem Rechner landen dann hier.',
    'connect.picard':
      'Picard hat keine Einstellung für die Adresse. Starten Sie es mit dieser kleinen Datei; der Benutzerschlüssel gehört in Optionen › Fingerabdrücke. Erprobt mit Version 2.8, deren Programm in /usr/lib/picard liegt.',
    'connect.beets':
      'Ein Plugin von sechs Zeilen setzt die Adresse, bevor das Plugin chroma fragt. Der Benutzerschlüssel ist nur für „beet submit“ nötig.',
    'connect.pyacoustid': 'Eine Zeile setzt die Adresse; sie muss mit /v2/ enden.',
    'connect.puddletag': 'Starten Sie es mit dieser kleinen Datei, die zuerst die Adresse setzt.',
    'connect.curl': 'Vom Terminal aus, mit fpcalc aus den Chromaprint-Werkzeugen.',
    'connect.redirected': 'Es schlägt von selbst nach, hat aber keine Einstellung für die Adresse.',
    'connect.kid3':
      'Es hat keine Einstellung für die Adresse und gibt sich als Browser aus; so stehen seine Anfragen hier.',
    'connect.npm':
      'Das Paket hat keine Einstellung für die Adresse (einfaches http) und sagt nicht, wer es ist.',
    'connect.live': 'Was ankommt',
    'connect.live.all': 'Von allen Programmen',
    'connect.live.waiting':
      'Wartet auf eine Anfrage von {name}. Schlagen Sie dort jetzt etwas nach.',
    'connect.live.good': 'Es klappt: Eine Anfrage kam an und wurde beantwortet. Anwendung: {name}',
    'connect.live.bad': 'Eine Anfrage kam an und wurde abgewiesen: {outcome}.',
    'connect.live.when': 'Wann',
    'connect.live.request': 'Anfrage',
    'connect.live.application': 'Anwendung',
    'connect.live.outcome': 'Ergebnis',
    'connect.live.took': 'Dauer',
    'connect.live.silent': 'sagt nicht, wer es ist',
  },
);
