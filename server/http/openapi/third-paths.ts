import { GROUPS } from './method-doc.ts';

/** The paths of the third version, which takes keys in headers and JSON in the body. */
const TAGS = [GROUPS.third];
const HEADERS = {
  application: {
    name: 'X-App-Key',
    in: 'header',
    required: true,
    description: 'the key of your application',
    schema: { type: 'string' },
  },
  user: {
    name: 'X-User-Key',
    in: 'header',
    required: true,
    description: 'the key of the user',
    schema: { type: 'string' },
  },
} as const;
const DISABLED = {
  name: 'disabled',
  in: 'query',
  description: '1 or true: also what is switched off',
  schema: { type: 'string' },
};
const SEARCH = {
  type: 'object',
  properties: {
    fingerprint: { type: 'string', description: 'a compressed fingerprint' },
    duration: { type: 'number', description: 'seconds of the whole file' },
  },
};
const SUBMISSION = {
  type: 'object',
  required: ['fingerprint', 'duration'],
  properties: {
    fingerprint: { type: 'string' },
    duration: { type: 'number' },
    mbid: { type: 'string', format: 'uuid' },
    metadata: {
      type: 'object',
      properties: {
        artist: { type: 'string' },
        title: { type: 'string' },
        album: { type: 'string' },
        album_artist: { type: 'string' },
        track_no: { type: 'integer' },
        disc_no: { type: 'integer' },
        year: { type: 'integer' },
      },
    },
  },
};
const SUBMISSIONS = {
  type: 'object',
  required: ['submissions'],
  properties: { submissions: { type: 'array', items: SUBMISSION } },
};

function responses(about: string): object {
  return {
    200: { description: about, content: { 'application/json': { schema: { type: 'object' } } } },
    400: { description: 'not what the method takes, in the member error' },
    403: { description: 'a key is missing or unknown' },
  };
}

export const THIRD_PATHS = {
  '/v3/search': {
    get: {
      operationId: 'get_v3_search',
      tags: TAGS,
      summary: 'Find the tracks of a fingerprint',
      parameters: [
        HEADERS.application,
        { name: 'fingerprint', in: 'query', schema: { type: 'string' } },
        { name: 'duration', in: 'query', schema: { type: 'number' } },
      ],
      responses: responses('the results, best first'),
    },
    post: {
      operationId: 'post_v3_search',
      tags: TAGS,
      summary: 'Find the tracks of a fingerprint',
      parameters: [HEADERS.application],
      requestBody: { content: { 'application/json': { schema: SEARCH } } },
      responses: responses('the results, best first'),
    },
  },
  '/v3/submit': {
    post: {
      operationId: 'post_v3_submit',
      tags: TAGS,
      summary: 'Submit fingerprints',
      parameters: [HEADERS.application, HEADERS.user],
      requestBody: { required: true, content: { 'application/json': { schema: SUBMISSIONS } } },
      responses: responses('a state for each submission, in order'),
    },
  },
  '/v3/track/list_by_mbid': {
    get: {
      operationId: 'get_v3_track_list_by_mbid',
      tags: TAGS,
      summary: 'List the tracks linked to a recording',
      parameters: [
        { name: 'mbid', in: 'query', required: true, schema: { type: 'string', format: 'uuid' } },
        DISABLED,
      ],
      responses: responses('the tracks'),
    },
  },
  '/v3/track/list_by_fingerprint': {
    get: {
      operationId: 'get_v3_track_list_by_fingerprint',
      tags: TAGS,
      summary: 'The track of a stored fingerprint',
      parameters: [
        { name: 'id', in: 'query', required: true, schema: { type: 'integer' } },
        DISABLED,
      ],
      responses: responses('the track, in a list'),
    },
  },
  '/health': {
    get: {
      operationId: 'get_health',
      tags: TAGS,
      summary: 'Whether the service answers',
      responses: responses('it does'),
    },
  },
} as const;
