import { useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import type { ReactElement, RefObject } from 'react';
import { useIntl } from 'react-intl';
import Plot from 'uplot';
import { useText } from '../messages/use-text.ts';
import 'uplot/dist/uPlot.min.css';
import classes from './time-series.module.css';

const HEIGHT = 260;
const SECOND_MS = 1000;
/** Told apart by dashes too, not by colour alone. */
const DASHES: readonly (readonly number[])[] = [[], [6, 4], [2, 3], [10, 3, 2, 3]];

export interface Series {
  readonly label: string;
  /** One for each day; null where there is none. */
  readonly values: readonly (number | null)[];
}

/** Lines over days. The numbers must stand in a table as well: a picture is not for everybody. */
export function TimeSeries({
  canvas,
  days,
  label,
  series,
}: {
  /** Names the picture. */
  readonly label: string;
  /** `YYYY-MM-DD`, ascending. */
  readonly days: readonly string[];
  readonly series: readonly Series[];
  /** Where the drawn canvas is kept, for those who export it. */
  readonly canvas?: RefObject<HTMLCanvasElement | null>;
}): ReactElement {
  const { locale } = useIntl();
  const dayLabel = useText()('ui.chart.day');
  const scheme = useComputedColorScheme();
  const { ref: sized, width } = useElementSize<HTMLDivElement>();
  const holder = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = holder.current;
    if (!element || width === 0) return undefined;
    const plot = new Plot(
      optionsOf({ dark: scheme === 'dark', dayLabel, locale, series, width }),
      [
        days.map((day) => Date.parse(day) / SECOND_MS),
        ...series.map(({ values }) => [...values]),
      ] as Plot.AlignedData,
      element,
    );
    if (canvas) canvas.current = plot.ctx.canvas;
    return () => plot.destroy();
  }, [canvas, dayLabel, days, locale, scheme, series, width]);
  return (
    <div ref={sized} className={classes.frame} role="img" aria-label={label}>
      <div ref={holder} aria-hidden />
    </div>
  );
}

interface Look {
  readonly dark: boolean;
  readonly dayLabel: string;
  readonly locale: string;
  readonly series: readonly Series[];
  readonly width: number;
}

function optionsOf({ dark, dayLabel, locale, series, width }: Look): Plot.Options {
  const colours = dark
    ? ['#4fb0c0', '#f2b36b', '#c3a6f5', '#9bd18b']
    : ['#10707f', '#a85b00', '#6d3fc0', '#2f7a2a'];
  const text = dark ? '#9fb0bf' : '#55636f';
  const lines = dark ? '#26313b' : '#e4e9ee';
  const number = new Intl.NumberFormat(locale);
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const axis = { stroke: text, grid: { stroke: lines, width: 1 }, ticks: { stroke: lines } };
  return {
    width,
    height: HEIGHT,
    tzDate: (seconds) => Plot.tzDate(new Date(seconds * SECOND_MS), 'UTC'),
    cursor: { drag: { x: false, y: false } },
    scales: { y: { range: (_plot, _low, high) => [0, Math.max(high * 1.05, 1)] } },
    axes: [
      {
        ...axis,
        values: (_plot, at) => at.map((seconds) => shortDay(locale, seconds)),
        space: 70,
      },
      { ...axis, values: (_plot, at) => at.map((value) => number.format(value)), size: 70 },
    ],
    series: [
      {
        label: dayLabel,
        value: (_plot, seconds) => (seconds ? day.format(seconds * SECOND_MS) : ''),
      },
      ...series.map(({ label }, at): Plot.Series => ({
        label,
        stroke: colours[at % colours.length] ?? '#10707f',
        width: 2,
        dash: [...(DASHES[at % DASHES.length] ?? [])],
        points: { show: false },
        value: (_plot, value) => (value === null ? '–' : number.format(value)),
      })),
    ],
  };
}

function shortDay(locale: string, seconds: number): string {
  return new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(seconds * SECOND_MS);
}
