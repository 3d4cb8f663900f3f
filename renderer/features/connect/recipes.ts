/** How each program is pointed at an AcoustID of one's own; what they can and cannot was tried out. */
import type { MessageId } from '../../messages/messages.ts';

export interface Place {
  /** Where the pages are, e.g. `http://127.0.0.1:8380`. */
  readonly origin: string;
  readonly host: string;
  readonly port: string;
  readonly application: string;
  readonly user: string;
}

export type Client =
  | 'picard'
  | 'python'
  | 'quodlibet'
  | 'strawberry'
  | 'clementine'
  | 'browser'
  | 'curl'
  | 'silent';

export interface Recipe {
  readonly id: string;
  readonly name: string;
  /** What its requests are known by. */
  readonly client: Client;
  readonly about: MessageId;
  /** Something to put into a file or a terminal. */
  readonly text?: (place: Place) => string;
}

const BASE_URL = ({ origin }: Place): string => `acoustid.set_base_url('${origin}/v2/')`;

export const RECIPES: readonly Recipe[] = [
  {
    id: 'picard',
    name: 'MusicBrainz Picard',
    client: 'picard',
    about: 'connect.picard',
    text: ({ host, port }) => `# picard-here.py: start Picard with this instead
import sys
sys.path.insert(0, '/usr/lib/picard')
import picard.const
picard.const.ACOUSTID_HOST, picard.const.ACOUSTID_PORT = '${host}', ${port}
from picard.webservice import ratecontrol
from picard.webservice.api_helpers import AcoustIdAPIHelper
AcoustIdAPIHelper.acoustid_host, AcoustIdAPIHelper.acoustid_port = '${host}', ${port}
ratecontrol.set_minimum_delay(('${host}', ${port}), 0)
from picard.tagger import main
main('/usr/share/locale', True)`,
  },
  {
    id: 'beets',
    name: 'beets',
    client: 'python',
    about: 'connect.beets',
    text: (place) => `# here/localacoustid.py
import acoustid
from beets.plugins import BeetsPlugin

class LocalAcoustID(BeetsPlugin):
    def __init__(self):
        super().__init__()
        ${BASE_URL(place)}

# config.yaml
plugins: chroma localacoustid
pluginpath: [here]
acoustid:
    apikey: ${place.user}`,
  },
  {
    id: 'pyacoustid',
    name: 'pyacoustid',
    client: 'python',
    about: 'connect.pyacoustid',
    text: (place) => `import acoustid
${BASE_URL(place)}
for score, recording, title, artist in acoustid.match('${place.application}', 'song.mp3'):
    print(score, recording, title, artist)`,
  },
  {
    id: 'puddletag',
    name: 'puddletag',
    client: 'python',
    about: 'connect.puddletag',
    text: (place) => `# puddletag-here.py: start puddletag with this instead
import acoustid
${BASE_URL(place)}
import runpy
runpy.run_module('puddlestuff', run_name='__main__')`,
  },
  {
    id: 'curl',
    name: 'curl + fpcalc',
    client: 'curl',
    about: 'connect.curl',
    text: ({ application, origin }) => `fpcalc song.mp3 > song.txt
curl ${origin}/v2/lookup \\
  -d client=${application} -d meta=recordingids \\
  -d "duration=$(sed -n 's/^DURATION=//p' song.txt)" \\
  -d "fingerprint=$(sed -n 's/^FINGERPRINT=//p' song.txt)"`,
  },
  { id: 'quodlibet', name: 'Quod Libet', client: 'quodlibet', about: 'connect.redirected' },
  { id: 'strawberry', name: 'Strawberry', client: 'strawberry', about: 'connect.redirected' },
  { id: 'clementine', name: 'Clementine', client: 'clementine', about: 'connect.redirected' },
  { id: 'kid3', name: 'Kid3', client: 'browser', about: 'connect.kid3' },
  { id: 'npm', name: 'npm acoustid', client: 'silent', about: 'connect.npm' },
];
