import { CLIENT } from './method-doc.ts';
import type { MethodDoc, ParameterDoc } from './method-doc.ts';
import { PUBLIC_DOCS } from './public-docs.ts';

const APPLICATION: ParameterDoc = {
  name: 'application_id',
  type: 'integer',
  about: 'the application',
  required: true,
};
const ACCOUNT: ParameterDoc = { name: 'account_id', type: 'integer', about: 'its account' };
const DATE: ParameterDoc = { name: 'date', type: 'date', about: 'the day', required: true };
const COUNT: ParameterDoc = {
  name: 'count',
  type: 'integer',
  about: 'to be added',
  required: true,
};
const FLUSH: ParameterDoc = {
  name: 'flush_id',
  type: 'text',
  about: 'counts that come again with the same one are counted once',
};
const SECRET_NEEDED = 'Needs the cluster’s secret.';

/** Between the nodes of a cluster; each needs the secret. */
export const INTERNAL_DOCS: readonly MethodDoc[] = [
  {
    path: '/v2/internal/update_lookup_stats',
    group: 'internal',
    summary: 'Add lookups to an hour',
    about: `${SECRET_NEEDED} Only the master takes it.`,
    parameters: [
      APPLICATION,
      DATE,
      { name: 'hour', type: 'integer', about: 'of the day, UTC', required: true },
      { name: 'type', type: 'text', about: 'hit; anything else is a miss' },
      COUNT,
      FLUSH,
    ],
    answer: {},
    codes: [2, 12, 17],
  },
  {
    path: '/v2/internal/update_user_agent_stats',
    group: 'internal',
    summary: 'Add requests to a user agent’s day',
    about: `${SECRET_NEEDED} Only the master takes it.`,
    parameters: [
      APPLICATION,
      DATE,
      { name: 'user_agent', type: 'text', about: 'as it was sent', required: true },
      { name: 'ip', type: 'text', about: 'the address', required: true },
      COUNT,
      FLUSH,
    ],
    answer: {},
    codes: [2, 12, 17],
  },
  {
    path: '/v2/internal/lookup_stats',
    group: 'internal',
    summary: 'Lookups a day of some applications together',
    about: SECRET_NEEDED,
    parameters: [
      { ...CLIENT, repeated: true },
      { name: 'from', type: 'date', about: 'first day' },
      { name: 'to', type: 'date', about: 'last day; yesterday' },
      { name: 'days', type: 'integer', about: 'without from: as many days before today; 30' },
    ],
    answer: { stats: [{ date: '2026-11-20', count_hits: 9, count_nohits: 1, count: 10 }] },
    codes: [2, 4, 12],
  },
  {
    path: '/v2/internal/create_account',
    group: 'internal',
    summary: 'Make an account',
    about: SECRET_NEEDED,
    parameters: [],
    answer: { id: 1, api_key: 'XXXXXXXXXX' },
    codes: [12],
  },
  {
    path: '/v2/internal/check_application',
    group: 'internal',
    summary: 'The id behind an application key',
    about: SECRET_NEEDED,
    parameters: [{ name: 'api_key', type: 'key', about: 'the key', required: true }],
    answer: { id: 1 },
    codes: [4, 12],
  },
  {
    path: '/v2/internal/create_application',
    group: 'internal',
    summary: 'Make an application',
    about: SECRET_NEEDED,
    parameters: [
      { ...ACCOUNT, required: true },
      { name: 'name', type: 'text', about: 'its name', required: true },
      { name: 'version', type: 'text', about: 'its version', required: true },
    ],
    answer: { id: 1, api_key: 'XXXXXXXXXX' },
    codes: [2, 12],
  },
  {
    path: '/v2/internal/update_application_status',
    group: 'internal',
    summary: 'Switch an application on or off',
    about: SECRET_NEEDED,
    parameters: [APPLICATION, ACCOUNT, { name: 'active', type: 'text', about: '1 or 0' }],
    answer: { id: 1, active: true },
    codes: [12, 17],
  },
];

/** How the first version calls what the second calls otherwise. */
const FIRST_NAMES: Readonly<Record<string, string>> = { duration: 'length', fileformat: 'format' };

/** The first version speaks of `length` and always answers XML. */
export const FIRST_DOCS: readonly MethodDoc[] = [
  firstVersionOf('/v2/lookup', {
    path: '/lookup',
    about: 'As /v2/lookup with length for duration; any meta but 0 answers recording ids.',
    parameters: [
      'client',
      'fingerprint',
      'duration',
      'trackid',
      'meta',
      'maxdurationdiff',
      'batch',
    ],
  }),
  firstVersionOf('/v2/submit', {
    path: '/submit',
    about: 'As /v2/submit with length for duration and format for fileformat.',
  }),
];

interface FirstVersion {
  readonly path: string;
  readonly about: string;
  /** Those it knows, by their second names; all of them when left out. */
  readonly parameters?: readonly string[];
}

function firstVersionOf(path: string, first: FirstVersion): MethodDoc {
  const second = PUBLIC_DOCS.find((doc) => doc.path === path);
  if (!second) throw new Error(`${path} is not described`);
  const { parameters: known } = first;
  const kept = second.parameters.filter(({ name }) => known?.includes(name) ?? true);
  const parameters = kept.map((each) => ({ ...each, name: FIRST_NAMES[each.name] ?? each.name }));
  return { ...second, path: first.path, about: first.about, group: 'first', parameters };
}
