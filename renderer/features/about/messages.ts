import { bundle } from '../../messages/bundle.ts';

export const aboutMessages = bundle(
  {
    'about.title': 'About',
    'about.description': 'A complete AcoustID in one box, on a machine of yours.',
    'about.versions': 'Versions',
    'about.noAnswer': 'does not answer',
    'about.reference': 'API reference',
    'about.reference.hint':
      'Every method with its parameters, answers and errors. Clients of AcoustID work unchanged.',
    'about.outbound': 'Connections to elsewhere',
    'about.outbound.hint':
      'All that this appliance can open by itself. Each is off until somebody switches it on in the configuration.',
    'about.outbound.musicbrainz_tokens': 'MusicBrainz, to ask whose an access token is',
    'about.outbound.statsd': 'StatsD, for measurements',
    'about.outbound.cluster_master': 'Master of the cluster, for counts',
    'about.outbound.external_services': 'Databases, queue or index on other machines',
    'about.outbound.updates': 'New versions of the desktop application',
    'about.on': 'on',
    'about.off': 'off',
    'about.sources': 'What it stands on',
    'about.sources.acoustid':
      'The service and its protocol were made by AcoustID. Its database is licensed CC BY-SA 3.0; the mapping to MusicBrainz is in the public domain.',
    'about.sources.musicbrainz':
      'Recordings, artists and releases are those of MusicBrainz; its core data is CC0.',
    'about.sources.chromaprint': 'Fingerprints are made by Chromaprint (MIT and LGPL 2.1).',
    'about.licences': 'Licences',
    'about.licences.own':
      'This program is free software under the MIT licence. It is affiliated with neither AcoustID nor MusicBrainz.',
    'about.licences.others': 'What others wrote and comes with it',
  },
  {
    'about.title': 'Über',
    'about.description': 'Ein vollständiges AcoustID in einem Kasten, auf einem Rechner von Ihnen.',
    'about.versions': 'Versionen',
    'about.noAnswer': 'antwortet nicht',
    'about.reference': 'API-Beschreibung',
    'about.reference.hint':
      'Jede Methode mit Parametern, Antworten und Fehlern. Programme für AcoustID gehen unverändert.',
    'about.outbound': 'Verbindungen nach außen',
    'about.outbound.hint':
      'Alle, die diese Anlage von sich aus aufnehmen kann. Jede ist aus, bis jemand sie in der Konfiguration einschaltet.',
    'about.outbound.musicbrainz_tokens': 'MusicBrainz, um zu fragen, wem ein Zugangstoken gehört',
    'about.outbound.statsd': 'StatsD, für Messwerte',
    'about.outbound.cluster_master': 'Hauptknoten des Verbunds, für Zählungen',
    'about.outbound.external_services':
      'Datenbanken, Warteschlange oder Index auf anderen Rechnern',
    'about.outbound.updates': 'Neue Versionen der Desktop-Anwendung',
    'about.on': 'an',
    'about.off': 'aus',
    'about.sources': 'Worauf es steht',
    'about.sources.acoustid':
      'Dienst und Protokoll stammen von AcoustID. Die Datenbank steht unter CC BY-SA 3.0; die Zuordnung zu MusicBrainz ist gemeinfrei.',
    'about.sources.musicbrainz':
      'Aufnahmen, Interpreten und Veröffentlichungen sind die von MusicBrainz; die Kerndaten sind CC0.',
    'about.sources.chromaprint': 'Fingerabdrücke macht Chromaprint (MIT und LGPL 2.1).',
    'about.licences': 'Lizenzen',
    'about.licences.own':
      'Dieses Programm ist freie Software unter der MIT-Lizenz. Es ist weder mit AcoustID noch mit MusicBrainz verbunden.',
    'about.licences.others': 'Was andere geschrieben haben und mitkommt',
  },
);
