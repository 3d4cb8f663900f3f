import type { ApiMethod } from '../api-handler.ts';
import { Parameters, readInteger } from '../params.ts';
import { withFirstNames } from './renamed.ts';

const RENAMES = new Map([
  ['length', 'duration'],
  ['format', 'fileformat'],
]);
const LENGTH = /^length(\.|$)/;
const LENGTH_MAX = 32_767;

/**
 * `/submit` (api-v2.md section 16): the second version's submit with `length` for `duration` and
 * `format` for `fileformat`. A length of 0, or too long, counts as missing.
 */
export function firstSubmitMethod(submit: ApiMethod): ApiMethod {
  const renamed = withFirstNames(submit, RENAMES);
  return (parameters, request) => renamed(withoutBadLengths(parameters), request);
}

function withoutBadLengths(parameters: Parameters): Parameters {
  const pairs: [string, string][] = [];
  for (const name of parameters.names()) {
    for (const value of parameters.getAll(name)) {
      if (LENGTH.test(name) && isMissing(value)) continue;
      pairs.push([name, value]);
    }
  }
  return new Parameters(pairs);
}

function isMissing(length: string): boolean {
  const seconds = readInteger(length) ?? 0;
  return seconds === 0 || seconds > LENGTH_MAX;
}
