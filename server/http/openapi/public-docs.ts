import { CLIENT } from './method-doc.ts';
import type { MethodDoc, ParameterDoc } from './method-doc.ts';

const TRACK_ID = 'eb31d1c3-950e-468b-9e36-e46fa75b1291';
const VERSION: ParameterDoc = {
  name: 'clientversion',
  type: 'text',
  about: 'the version of your application',
};
const FINGERPRINT: ParameterDoc = {
  name: 'fingerprint',
  type: 'text',
  about: 'a compressed Chromaprint fingerprint, as fpcalc prints it',
  indexed: true,
};
const BATCH: ParameterDoc = {
  name: 'batch',
  type: 'flag',
  about: 'answer each member of the batch',
};

const META_PARAMETERS: readonly ParameterDoc[] = [
  { name: 'track', type: 'text', about: 'title', indexed: true },
  { name: 'artist', type: 'text', about: 'artist', indexed: true },
  { name: 'album', type: 'text', about: 'album', indexed: true },
  { name: 'albumartist', type: 'text', about: 'artist of the album', indexed: true },
  { name: 'year', type: 'integer', about: 'year of the release', indexed: true },
  { name: 'trackno', type: 'integer', about: 'number of the track', indexed: true },
  { name: 'discno', type: 'integer', about: 'number of the disc', indexed: true },
];

/** The methods of the second version that everybody may call. */
export const PUBLIC_DOCS: readonly MethodDoc[] = [
  {
    path: '/v2/lookup',
    group: 'lookup',
    summary: 'Find the recordings of a fingerprint',
    about:
      'Needs a fingerprint with the duration of the whole file, or a track id. Results stand best first, with scores from 0 to 1. meta says what to tell of each: recordings, recordingids, releases, releaseids, releasegroups, releasegroupids, tracks, compress, usermeta, sources, isrcs, separated by blanks.',
    parameters: [
      CLIENT,
      { ...FINGERPRINT, about: `${FINGERPRINT.about}; required without trackid` },
      { name: 'duration', type: 'integer', about: 'seconds of the whole file', indexed: true },
      {
        name: 'trackid',
        type: 'uuid',
        about: 'an AcoustID, in place of a fingerprint',
        indexed: true,
      },
      { name: 'meta', type: 'text', about: 'what to tell of each result' },
      { name: 'maxdurationdiff', type: 'integer', about: 'seconds of tolerance, 1 to 30; 7' },
      BATCH,
      { name: 'rank', type: 'flag', about: 'ours: recordings by how well they fit' },
      { name: 'explain', type: 'flag', about: 'ours: how the answer came about' },
      { name: 'canonical', type: 'flag', about: 'ours: merged MBIDs as what they are now' },
      { name: 'limits', type: 'text', about: 'ours: local, for larger batches on this machine' },
      { name: 'file', type: 'file', about: 'ours: an audio file, for clients on this machine' },
    ],
    answer: { results: [{ id: TRACK_ID, score: 0.97, recordings: [{ id: TRACK_ID }] }] },
    codes: [2, 3, 4, 7, 11, 13],
  },
  {
    path: '/v2/submit',
    group: 'submit',
    summary: 'Submit fingerprints with what is known of them',
    about:
      'Stores each fingerprint for import. One without MBID, PUID and metadata is left out without a word. The import follows within seconds.',
    parameters: [
      CLIENT,
      { name: 'user', type: 'key', about: 'the key of the user', required: true },
      VERSION,
      { ...FINGERPRINT, required: true },
      {
        name: 'duration',
        type: 'integer',
        about: 'seconds of the whole file',
        required: true,
        indexed: true,
      },
      {
        name: 'mbid',
        type: 'uuid',
        about: 'recording in MusicBrainz',
        repeated: true,
        indexed: true,
      },
      { name: 'puid', type: 'uuid', about: 'MusicIP PUID', indexed: true },
      { name: 'foreignid', type: 'text', about: 'id elsewhere, as vendor:id', indexed: true },
      { name: 'bitrate', type: 'integer', about: 'kbit/s', indexed: true },
      { name: 'fileformat', type: 'text', about: 'such as MP3', indexed: true },
      ...META_PARAMETERS,
    ],
    answer: { submissions: [{ id: 123, status: 'pending', index: '0' }] },
    codes: [2, 3, 4, 6, 7, 8, 9, 10, 13],
  },
  {
    path: '/v2/submission_status',
    group: 'submit',
    summary: 'Ask what became of submissions',
    about: 'imported, with the track the fingerprint belongs to now, or pending.',
    parameters: [CLIENT, { name: 'id', type: 'integer', about: 'a submission', repeated: true }],
    answer: { submissions: [{ id: 123, status: 'imported', result: { id: TRACK_ID } }] },
    codes: [2, 4],
  },
  {
    path: '/v2/fingerprint',
    group: 'data',
    summary: 'Read a stored fingerprint',
    about: 'Its hashes as signed 32-bit integers. No key is needed.',
    parameters: [{ name: 'id', type: 'integer', about: 'the fingerprint', required: true }],
    answer: { fingerprint: { id: 1, duration: 260, hashes: [310_229_304, -193_090_896] } },
    codes: [2, 18],
  },
  {
    path: '/v2/track/list_by_mbid',
    group: 'data',
    summary: 'List the tracks linked to recordings',
    about: 'Of the first MBID, or of each in a batch. No key is needed.',
    parameters: [
      {
        name: 'mbid',
        type: 'uuid',
        about: 'recording in MusicBrainz',
        required: true,
        repeated: true,
      },
      { name: 'disabled', type: 'flag', about: 'list links that are switched off, too' },
      BATCH,
    ],
    answer: { tracks: [{ id: TRACK_ID }] },
    codes: [2, 7],
  },
  {
    path: '/v2/track/list_by_puid',
    group: 'data',
    summary: 'List the tracks of a PUID: none',
    about: 'PUIDs ended with the service that gave them out; the list is always empty.',
    parameters: [{ name: 'puid', type: 'uuid', about: 'MusicIP PUID', required: true }],
    answer: { tracks: [] },
    codes: [2, 7],
  },
  {
    path: '/v2/limits',
    group: 'data',
    summary: 'Ask how much one request may hold',
    about: 'Ours. Clients on this machine are told what they may do besides. No key is needed.',
    parameters: [],
    answer: { body_bytes: 1_048_576, parts: 1000, batch: { fingerprints: 20, trackids: 100 } },
    codes: [],
  },
  {
    path: '/v2/user/lookup',
    group: 'user',
    summary: 'Check a user key',
    about: 'Answers the key when it is good.',
    parameters: [{ name: 'user', type: 'key', about: 'the key of the user', required: true }],
    answer: { user: { apikey: 'XXXXXXXXXX' } },
    codes: [2, 6],
  },
  {
    path: '/v2/user/create_anonymous',
    group: 'user',
    summary: 'Make a user without a name',
    about: 'Answers the key of a new user.',
    parameters: [CLIENT, VERSION],
    answer: { user: { apikey: 'XXXXXXXXXX' } },
    codes: [2, 4],
  },
  {
    path: '/v2/user/create_musicbrainz',
    group: 'user',
    summary: 'Get the key of a MusicBrainz user',
    about: 'Asks MusicBrainz whose the token is, where the operator allows it. Over HTTPS only.',
    parameters: [
      { name: 'access_token', type: 'text', about: 'of MusicBrainz’s OAuth 2', required: true },
    ],
    answer: { user: { apikey: 'XXXXXXXXXX' } },
    codes: [2, 13, 15, 16],
  },
];
