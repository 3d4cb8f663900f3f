/** What is said of one public method, for machines (OpenAPI) and people (the reference page). */
export interface MethodDoc {
  readonly path: string;
  readonly group: Group;
  readonly summary: string;
  readonly about: string;
  readonly parameters: readonly ParameterDoc[];
  /** An answer as it may come, without its status. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** Codes of refusals that are particular to it. */
  readonly codes: readonly number[];
}

export interface ParameterDoc {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'flag' | 'uuid' | 'key' | 'date' | 'file';
  readonly about: string;
  readonly required?: true;
  /** May come several times. */
  readonly repeated?: true;
  /** May have the suffix `.N`, one per member of a batch. */
  readonly indexed?: true;
}

export const GROUPS = {
  lookup: 'Look up recordings',
  submit: 'Submit fingerprints',
  data: 'Read what is stored',
  user: 'User keys',
  first: 'First version',
  internal: 'Between the nodes of a cluster',
  third: 'Third version (experimental)',
} as const;
export type Group = keyof typeof GROUPS;

export const CLIENT: ParameterDoc = {
  name: 'client',
  type: 'key',
  about: 'the key of your application',
  required: true,
};

/** Every method of the second version takes these besides its own. */
export const COMMON_PARAMETERS: readonly ParameterDoc[] = [
  { name: 'format', type: 'text', about: 'json (the default), jsonp or xml' },
  { name: 'jsoncallback', type: 'text', about: 'the function that jsonp calls' },
  { name: 'secret', type: 'text', about: 'the cluster’s secret, which lifts the rate limits' },
];

/** Refusals by code, as the error-handler words them. */
export const CODES: Readonly<Record<number, string>> = {
  1: 'unknown format',
  2: 'a required parameter is missing',
  3: 'the fingerprint cannot be decoded',
  4: 'unknown application key',
  5: 'internal error',
  6: 'unknown user key',
  7: 'not a UUID',
  8: 'the duration is not a positive integer',
  9: 'the bitrate is not a positive integer',
  10: 'not a foreign ID of the form vendor:id',
  11: 'maxdurationdiff is not between 1 and 30',
  12: 'not allowed',
  13: 'a part of the service is missing now; try again',
  14: 'too many requests; try again later',
  15: 'MusicBrainz does not know the access token',
  16: 'only over HTTPS',
  17: 'unknown application',
  18: 'unknown fingerprint',
  19: 'the request is too large',
};
