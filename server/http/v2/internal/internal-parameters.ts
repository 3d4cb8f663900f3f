import type { Context } from '../../../context.ts';
import { DomainError } from '../../../errors.ts';
import { isFromCluster } from '../../cluster-secret.ts';
import type { Parameters } from '../../params.ts';
import { storable } from '../text-parameters.ts';

/** Bounds of the integer columns. */
const INTEGER = { min: -2_147_483_648, max: 2_147_483_647 };
const DATE = /^(?<year>\d{4})-(?<month>\d{1,2})-(?<day>\d{1,2})$/;

/** Throws `not_allowed` unless the request carries the cluster's secret. */
export function requireCluster({ config }: Context, parameters: Parameters): void {
  if (!isFromCluster(parameters, config.settings['cluster.secret'])) {
    throw new DomainError('not_allowed', {});
  }
}

/** As `requireCluster`, on the node that keeps the statistics. */
export function requireMaster(context: Context, parameters: Parameters): void {
  if (context.config.settings['cluster.role'] !== 'master') {
    throw new DomainError('not_allowed', {});
  }
  requireCluster(context, parameters);
}

/** An integer that a column can hold; throws `missing_parameter`, as there is no code for "too large". */
export function requireInteger(parameters: Parameters, name: string): number {
  const value = parameters.getInteger(name);
  if (value === undefined || value < INTEGER.min || value > INTEGER.max) {
    throw new DomainError('missing_parameter', { parameter: name });
  }
  return value;
}

/** A text that must be there, but may be empty; throws `missing_parameter`. */
export function requireText(parameters: Parameters, name: string): string {
  const text = parameters.get(name);
  if (text === undefined) throw new DomainError('missing_parameter', { parameter: name });
  return storable(text);
}

/** A day as `YYYY-MM-DD`; throws `missing_parameter` for what is none. */
export function requireDate(parameters: Parameters, name: string): string {
  const date = readDate(parameters, name);
  if (date === undefined) throw new DomainError('missing_parameter', { parameter: name });
  return date;
}

/** As `requireDate`, `undefined` when it is left out or empty. */
export function readDate(parameters: Parameters, name: string): string | undefined {
  const text = parameters.get(name) ?? '';
  if (text === '') return undefined;
  const { day = '', month = '', year = '' } = DATE.exec(text)?.groups ?? {};
  const date = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const parsed = new Date(`${date}T00:00:00Z`);
  // 31 February parses as a day in March.
  const isDay = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(date);
  if (!isDay || year === '0000') throw new DomainError('missing_parameter', { parameter: name });
  return date;
}
