import { useComputedColorScheme } from '@mantine/core';
import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent, ReactElement, RefObject } from 'react';
import { useFormat } from '../../format/format.ts';
import { useText } from '../../messages/use-text.ts';
import type { Pair } from './bits.ts';
import { scoreAt } from './bits.ts';
import type { Comparison } from './comparison.ts';
import classes from './compare.module.css';
import { draw, DRAWING_HEIGHT, PALETTES } from './draw.ts';
import type { Drawing, Labels } from './draw.ts';

const FAR = 10;

export interface PictureProps {
  readonly comparison: Comparison;
  readonly pair: Pair;
  /** Pixels of the page for each position. */
  readonly zoom: number;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly onOffset: (offset: number) => void;
  readonly onZoom: (steps: number) => void;
  readonly onBest: () => void;
  /** The position of the time line of a that is pointed at. */
  readonly onPoint: (place: number | undefined) => void;
}

/** The picture of a comparison; b is dragged along a, by mouse and by keys. */
export function Picture(props: PictureProps): ReactElement {
  const { canvas, comparison, onOffset, onPoint, onZoom, pair, zoom } = props;
  const text = useText();
  const format = useFormat();
  const { ref: sized, width } = useElementSize<HTMLDivElement>();
  const scroller = useRef<HTMLDivElement>(null);
  const merged = useMergedRef(sized, scroller);
  const [scrolled, setScrolled] = useState(0);
  const first = firstPlace(pair);
  const drag = useRef<{ x: number; offset: number } | undefined>(undefined);
  useDrawing(props, { from: first + scrolled / zoom, width });
  useWheel(scroller, onZoom);
  const placeOf = ({ clientX, currentTarget }: PointerEvent): number =>
    Math.floor(first + (clientX - currentTarget.getBoundingClientRect().left + scrolled) / zoom);
  const score = format.percent(scoreAt(pair));
  return (
    <div
      ref={merged}
      className={classes.scroller}
      role="slider"
      tabIndex={0}
      aria-label={text('compare.offset')}
      aria-valuemin={-pair.b.length}
      aria-valuemax={pair.a.length}
      aria-valuenow={pair.offset}
      aria-valuetext={text('compare.offset.value', {
        positions: pair.offset,
        seconds: format.number(pair.offset * comparison.positionSeconds, 2),
        score,
      })}
      onScroll={({ currentTarget }) => setScrolled(currentTarget.scrollLeft)}
      onKeyDown={(event) => onKey(event, props)}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { x: event.clientX, offset: pair.offset };
      }}
      onPointerMove={(event) => {
        onPoint(placeOf(event));
        const { current } = drag;
        if (current) onOffset(current.offset + Math.round((event.clientX - current.x) / zoom));
      }}
      onPointerUp={() => (drag.current = undefined)}
      onPointerCancel={() => (drag.current = undefined)}
      onPointerLeave={() => onPoint(undefined)}
    >
      <canvas ref={canvas} className={classes.canvas} style={{ width, height: DRAWING_HEIGHT }} />
      <div className={classes.wide} style={{ width: lengthOf(pair) * zoom }} />
    </div>
  );
}

/** The time line begins where a begins, or b if that is earlier. */
function firstPlace({ offset }: Pair): number {
  return Math.min(0, offset);
}

function lengthOf(pair: Pair): number {
  const { a, b, offset } = pair;
  return Math.max(a.length, b.length + offset) - firstPlace(pair);
}

function onKey(event: KeyboardEvent, { onBest, onOffset, onZoom, pair }: PictureProps): void {
  const step = event.shiftKey ? FAR : 1;
  const acts: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => onOffset(pair.offset - step),
    ArrowRight: () => onOffset(pair.offset + step),
    Home: onBest,
    '+': () => onZoom(1),
    '=': () => onZoom(1),
    '-': () => onZoom(-1),
  };
  const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key];
  if (!act) return;
  event.preventDefault();
  act();
}

/** Zooms by the wheel; the page must not scroll meanwhile, which React's own listener cannot stop. */
function useWheel(
  scroller: RefObject<HTMLDivElement | null>,
  onZoom: (steps: number) => void,
): void {
  useEffect(() => {
    const element = scroller.current;
    const turn = (event: WheelEvent): void => {
      if (event.deltaY === 0 || event.shiftKey) return;
      event.preventDefault();
      onZoom(event.deltaY < 0 ? 1 : -1);
    };
    element?.addEventListener('wheel', turn, { passive: false });
    return () => element?.removeEventListener('wheel', turn);
  }, [onZoom, scroller]);
}

function useDrawing(
  { canvas, comparison, pair, zoom }: PictureProps,
  { from, width }: { readonly from: number; readonly width: number },
): void {
  const labels = useLabels(comparison);
  const scheme = useComputedColorScheme();
  const { positionSeconds } = comparison;
  useEffect(() => {
    const element = canvas.current;
    if (!element || width === 0) return;
    drawOn(element, {
      pair,
      labels,
      positionSeconds,
      palette: PALETTES[scheme],
      view: viewOf({ from, width, zoom }),
    });
  }, [canvas, from, labels, pair, positionSeconds, scheme, width, zoom]);
}

/** All of a comparison as one wide picture, for those who take it home. */
export function wholePicture(
  { comparison, pair, zoom }: Pick<PictureProps, 'comparison' | 'pair' | 'zoom'>,
  { labels, scheme }: { readonly labels: Labels; readonly scheme: 'light' | 'dark' },
): HTMLCanvasElement {
  const element = document.createElement('canvas');
  const room = WHOLE_WIDTH_MAX / devicePixelRatio;
  const fitting = Math.max(1 / devicePixelRatio, Math.min(zoom, Math.floor(room / lengthOf(pair))));
  drawOn(element, {
    pair,
    labels,
    positionSeconds: comparison.positionSeconds,
    palette: PALETTES[scheme],
    view: viewOf({ from: firstPlace(pair), width: lengthOf(pair) * fitting, zoom: fitting }),
  });
  return element;
}

/** Browsers draw no wider canvas. */
const WHOLE_WIDTH_MAX = 16_384;

function viewOf({
  from,
  width,
  zoom,
}: {
  readonly from: number;
  readonly width: number;
  readonly zoom: number;
}): Drawing['view'] {
  const ratio = devicePixelRatio;
  // Whole pixels of the screen, or columns would be of different widths.
  return {
    from,
    ratio,
    zoom: Math.max(1, Math.round(zoom * ratio)),
    width: Math.max(1, Math.round(width * ratio)),
  };
}

function drawOn(element: HTMLCanvasElement, drawing: Drawing): void {
  element.width = drawing.view.width;
  element.height = Math.round(DRAWING_HEIGHT * drawing.view.ratio);
  const context = element.getContext('2d');
  if (context) draw(context, drawing);
}

/** The words in the picture. */
export function useLabels({ a, b }: Comparison): Labels {
  const text = useText();
  const format = useFormat();
  return useMemo(() => {
    const strip = ({ id, lengthSeconds }: Comparison['a']): string =>
      text('compare.strip', { id: String(id), length: format.length(lengthSeconds) });
    return {
      a: strip(a),
      b: strip(b),
      xor: text('compare.strip.xor'),
      errors: text('compare.strip.errors'),
      time: (seconds) => (seconds < 0 ? `−${format.length(-seconds)}` : format.length(seconds)),
    };
  }, [a, b, format, text]);
}
