import { Text as Words, useComputedColorScheme } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import type { Candidate } from './explanation.tsx';
import classes from './lookup.module.css';
import type { Found } from './results.tsx';

type Measured = NonNullable<Candidate['measured']>;

const HEIGHT = 120;
const BITS = 32;
const COLOURS = {
  light: { curve: '#a84300', alike: '#d3ebef', line: '#92a1b0' },
  dark: { curve: '#ffa046', alike: '#0b3b45', line: '#6b7c8d' },
} as const;

/** The errors of a candidate over the time of the query, with the stretches that sound alike. */
export function AlignmentPicture({
  found,
  measured,
}: {
  readonly measured: Measured;
  readonly found: Found;
}): ReactElement {
  const text = useText();
  const format = useFormat();
  const { ref, width } = useElementSize<HTMLDivElement>();
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  const { positionSeconds, query } = found;
  useEffect(() => {
    if (!canvas.current || width === 0) return;
    const wholeSeconds = query.hashes * positionSeconds;
    draw(canvas.current, measured, {
      colours: COLOURS[scheme],
      positionSeconds,
      wholeSeconds,
      width,
    });
  }, [measured, positionSeconds, query.hashes, scheme, width]);
  const ranges = measured.ranges
    .map(({ from, to }) => `${format.number(from, 1)}–${format.number(to, 1)}`)
    .join(', ');
  if (!measured.curve) return <Words size="sm">{text('lookup.align.none')}</Words>;
  return (
    <>
      <Words size="sm" c="dimmed">
        {text('lookup.align.picture')}
      </Words>
      <div ref={ref}>
        <canvas
          ref={canvas}
          className={classes.curve}
          role="img"
          aria-label={text('lookup.align.picture')}
        />
      </div>
      <Words size="sm">
        {ranges === '' ? text('lookup.align.ranges.none') : text('lookup.align.ranges', { ranges })}
      </Words>
    </>
  );
}

interface Look {
  readonly width: number;
  readonly positionSeconds: number;
  readonly wholeSeconds: number;
  readonly colours: { readonly curve: string; readonly alike: string; readonly line: string };
}

function draw(
  element: HTMLCanvasElement,
  { curve, curveFromSeconds, ranges }: Measured,
  { colours, positionSeconds, wholeSeconds, width }: Look,
): void {
  const ratio = devicePixelRatio;
  element.width = Math.round(width * ratio);
  element.height = Math.round(HEIGHT * ratio);
  const context = element.getContext('2d');
  if (!context || wholeSeconds === 0) return;
  const x = (seconds: number): number => Math.round((seconds / wholeSeconds) * element.width);
  const y = (errors: number): number => Math.round(element.height * (1 - errors / BITS));
  context.fillStyle = colours.alike;
  for (const { from, to } of ranges) context.fillRect(x(from), 0, x(to) - x(from), y(0));
  context.fillStyle = colours.line;
  // Unrelated sounds differ in half of their bits.
  context.fillRect(0, y(BITS / 2), element.width, Math.max(1, Math.round(ratio)));
  context.fillStyle = colours.curve;
  for (const [at, errors] of (curve ?? []).entries()) {
    const from = x(curveFromSeconds + at * positionSeconds);
    const to = x(curveFromSeconds + (at + 1) * positionSeconds);
    context.fillRect(from, y(errors), Math.max(1, to - from), y(0) - y(errors));
  }
}
