import type { ApiMethod } from '../api-handler.ts';
import { Parameters } from '../params.ts';
import { isList } from '../python-json.ts';
import type { Answer } from '../python-json.ts';
import { withFirstNames } from './renamed.ts';

const RENAMES = new Map([['length', 'duration']]);
/** What v1 has; everything else, later inventions too, it does not know. */
const KNOWN =
  /^(client|clientversion|secret|batch|maxdurationdiff|meta|(length|fingerprint|trackid)(\..*)?)$/s;

/**
 * `/lookup` (api-v2.md section 16): the second version's lookup with `length` for `duration`, and
 * recording ids in `tracks` for any `meta`.
 */
export function firstLookupMethod(lookup: ApiMethod): ApiMethod {
  const renamed = withFirstNames(lookup, RENAMES);
  return async (parameters, request) => {
    const answer = await renamed(knownParameters(parameters), request);
    return Object.fromEntries(
      Object.entries(answer).map(([key, value]) => [key, renameRecordings(value)]),
    );
  };
}

function knownParameters(parameters: Parameters): Parameters {
  const pairs: [string, string][] = [];
  for (const name of parameters.names()) {
    if (!KNOWN.test(name)) continue;
    const values = name === 'meta' ? [metaOf(parameters)] : parameters.getAll(name);
    for (const value of values) pairs.push([name, value]);
  }
  return new Parameters(pairs);
}

/** Recording ids, or nothing. */
function metaOf(parameters: Parameters): string {
  const meta = parameters.get('meta') ?? '';
  return meta === '' || meta === '0' ? '0' : '1';
}

function renameRecordings(value: Answer): Answer {
  if (isList(value)) return value.map(renameRecordings);
  if (value === null || typeof value !== 'object' || !('results' in value || 'id' in value)) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, member]): [string, Answer] =>
      key === 'recordings' ? ['tracks', member] : [key, renameRecordings(member)],
    ),
  );
}
