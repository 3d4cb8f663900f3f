import type { Queryable } from '../db/queryable.ts';

/** Name of the daily size in the table of statistics; its numbers are small, so MiB. */
const DISK_USED = 'disk.used_mib';
const MEBIBYTE = 1024 * 1024;
const DAY_MS = 24 * 3600 * 1000;
/** Days looked at; older ones say little about the days to come. */
const DAYS_MAX = 60;
/** Fewer days than this between the first size and the last are no trend. */
const SPAN_DAYS_MIN = 6;
const SIZES_MIN = 4;
/** Beyond so many weeks nobody needs to plan. */
const WEEKS_MAX = 520;

export interface DaySize {
  /** `YYYY-MM-DD` */
  readonly date: string;
  readonly usedBytes: number;
}

/**
 * - `too_early`: too few days are known to tell;
 * - `steady`: it does not grow, or so slowly that it does not matter;
 * - `full`: full in about so many weeks if it goes on like this.
 */
export type DiskForecast =
  | { readonly kind: 'too_early'; readonly days: number }
  | { readonly kind: 'steady' }
  | { readonly kind: 'full'; readonly weeks: number; readonly bytesPerWeek: number };

/** When the disk will be full, by the line of least squares through the daily sizes. */
export function forecastDisk(sizes: readonly DaySize[], freeBytes: number): DiskForecast {
  const points = sizes.map(({ date, usedBytes }) => ({
    day: Date.parse(date) / DAY_MS,
    usedBytes,
  }));
  const days = points.map(({ day }) => day);
  const span = points.length === 0 ? 0 : Math.max(...days) - Math.min(...days);
  if (points.length < SIZES_MIN || span < SPAN_DAYS_MIN) return { kind: 'too_early', days: span };
  const meanDay = days.reduce((sum, day) => sum + day, 0) / points.length;
  const meanBytes = points.reduce((sum, { usedBytes }) => sum + usedBytes, 0) / points.length;
  let above = 0;
  let below = 0;
  for (const { day, usedBytes } of points) {
    above += (day - meanDay) * (usedBytes - meanBytes);
    below += (day - meanDay) ** 2;
  }
  const bytesPerWeek = (above / below) * 7;
  const weeks = freeBytes / bytesPerWeek;
  if (bytesPerWeek <= 0 || weeks > WEEKS_MAX) return { kind: 'steady' };
  return { kind: 'full', weeks, bytesPerWeek };
}

/** Remembers the size of a day, for forecasts. */
export async function recordDiskSize(app: Queryable, size: DaySize): Promise<void> {
  await app.query(
    `insert into stats (name, value, date) values ($1, $2, $3)
     on conflict (name, date) do update set value = excluded.value`,
    [DISK_USED, Math.round(size.usedBytes / MEBIBYTE), size.date],
  );
}

/** The sizes of the last days, oldest first. */
export async function listDiskSizes(app: Queryable): Promise<DaySize[]> {
  const { rows } = await app.query<{ date: string; mib: number }>({
    name: 'list-disk-sizes',
    text: `
      select date::text as date, value as mib from stats
      where name = $1 and date > current_date - $2::int order by date`,
    values: [DISK_USED, DAYS_MAX],
  });
  return rows.map(({ date, mib }) => ({ date, usedBytes: mib * MEBIBYTE }));
}
