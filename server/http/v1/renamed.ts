import { DomainError } from '../../errors.ts';
import type { ApiMethod } from '../api-handler.ts';
import { Parameters } from '../params.ts';

/** How the first version calls what the second calls otherwise; without batch suffix. */
export type Renames = ReadonlyMap<string, string>;

/** A method of the second version whose refusals name parameters as the first version does. */
export function withFirstNames(method: ApiMethod, renames: Renames): ApiMethod {
  const firstNames = new Map([...renames].map(([first, second]) => [second, first]));
  return async (parameters, request) => {
    try {
      return await method(renameParameters(parameters, renames), request);
    } catch (error) {
      if (!(error instanceof DomainError) || !('parameter' in error.details)) throw error;
      const { base, suffix } = split(String(error.details.parameter));
      const parameter = `${firstNames.get(base) ?? base}${suffix}`;
      // The same kind with the same members of its details, one of them in other words.
      throw new DomainError(error.kind, { ...error.details, parameter } as never, { cause: error });
    }
  };
}

/** Parameters under their second name; those that v1 does not have under it are left out. */
function renameParameters(parameters: Parameters, renames: Renames): Parameters {
  const targets = new Set(renames.values());
  const pairs: [string, string][] = [];
  for (const name of parameters.names()) {
    const { base, suffix } = split(name);
    const renamed = renames.get(base);
    if (renamed === undefined && targets.has(base)) continue;
    for (const value of parameters.getAll(name)) pairs.push([`${renamed ?? base}${suffix}`, value]);
  }
  return new Parameters(pairs);
}

function split(name: string): { base: string; suffix: string } {
  const at = name.indexOf('.');
  return at < 0 ? { base: name, suffix: '' } : { base: name.slice(0, at), suffix: name.slice(at) };
}
