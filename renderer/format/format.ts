/** Numbers, times and sizes as people read them, in the language of the page. */
import { useMemo } from 'react';
import { useIntl } from 'react-intl';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const BYTE_UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

export interface Format {
  /** 12,345 */
  number(value: number, fractionDigits?: number): string;
  /** 12.3K, for tiles */
  compact(value: number): string;
  /** 0.123 → 12.3% */
  percent(share: number): string;
  /** Bytes with a unit. */
  bytes(value: number): string;
  /** Length of music: 3:25, 1:02:03 */
  length(seconds: number): string;
  /** How long something takes: 5 s, 3 min, 2 h 10 min */
  duration(seconds: number): string;
  /** Date and time. */
  moment(iso: string): string;
  /** Date. */
  day(iso: string): string;
  /** 5 minutes ago */
  ago(iso: string, nowMs: number): string;
}

export function formatOf(locale: string): Format {
  const number = new Intl.NumberFormat(locale);
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
  const ago = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const unit = (value: number, name: string, maximumFractionDigits = 0): string =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits,
    }).format(value);
  return {
    number: (value, fractionDigits) =>
      fractionDigits === undefined
        ? number.format(value)
        : new Intl.NumberFormat(locale, {
            minimumFractionDigits: fractionDigits,
            maximumFractionDigits: fractionDigits,
          }).format(value),
    compact: (value) => compact.format(value),
    percent: (share) => percent.format(share),
    bytes(value) {
      const at = value < 1 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), BYTE_UNITS.length - 1);
      return unit(value / 1000 ** at, BYTE_UNITS[at] ?? 'byte', at === 0 ? 0 : 1);
    },
    length(seconds) {
      const whole = Math.round(seconds);
      const two = (value: number): string => String(value).padStart(2, '0');
      const minutes = Math.floor(whole / MINUTE);
      if (whole < HOUR) return `${minutes}:${two(whole % MINUTE)}`;
      return `${Math.floor(whole / HOUR)}:${two(minutes % 60)}:${two(whole % MINUTE)}`;
    },
    duration(seconds) {
      const whole = Math.round(seconds);
      if (whole < MINUTE) return unit(whole, 'second');
      if (whole < HOUR) return unit(Math.round(whole / MINUTE), 'minute');
      const minutes = Math.round((whole % HOUR) / MINUTE);
      const hours = unit(Math.floor(whole / HOUR), 'hour');
      if (whole < DAY && minutes > 0 && minutes < 60) return `${hours} ${unit(minutes, 'minute')}`;
      return whole < DAY ? hours : unit(Math.round(whole / DAY), 'day');
    },
    moment: (iso) => moment.format(new Date(iso)),
    day: (iso) => day.format(new Date(iso)),
    ago(iso, nowMs) {
      const seconds = (new Date(iso).getTime() - nowMs) / 1000;
      const size = Math.abs(seconds);
      if (size < MINUTE) return ago.format(Math.round(seconds), 'second');
      if (size < HOUR) return ago.format(Math.round(seconds / MINUTE), 'minute');
      if (size < DAY) return ago.format(Math.round(seconds / HOUR), 'hour');
      return ago.format(Math.round(seconds / DAY), 'day');
    },
  };
}

/** Formats in the language of the page. */
export function useFormat(): Format {
  const { locale } = useIntl();
  return useMemo(() => formatOf(locale), [locale]);
}
