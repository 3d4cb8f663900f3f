/** Draws a comparison on a canvas, in whole pixels of the screen. */
import { BIT_ROWS, bitErrors, bitPixels, overlapOf, xorPixels } from './bits.ts';
import type { Colour, Pair, Pixels } from './bits.ts';

/** Colours of one theme: ink for bits, orange for differences, which every eye tells from blue. */
export interface Palette {
  readonly clear: Colour;
  readonly set: Colour;
  readonly same: Colour;
  readonly differs: Colour;
  readonly text: string;
  readonly line: string;
  readonly curve: string;
}

export const PALETTES: Readonly<Record<'light' | 'dark', Palette>> = {
  light: {
    clear: [228, 233, 238, 255],
    set: [23, 55, 94, 255],
    same: [228, 233, 238, 255],
    differs: [200, 80, 0, 255],
    text: '#17202a',
    line: '#b5c1cd',
    curve: '#a84300',
  },
  dark: {
    clear: [38, 49, 59, 255],
    set: [140, 190, 240, 255],
    same: [38, 49, 59, 255],
    differs: [255, 160, 70, 255],
    text: '#e3e9ef',
    line: '#6b7c8d',
    curve: '#ffa046',
  },
};

export interface View {
  /** Positions of the time line of a at the left edge; may be negative. */
  readonly from: number;
  /** Pixels of the screen for each position. */
  readonly zoom: number;
  /** Pixels of the screen for each of the page. */
  readonly ratio: number;
  readonly width: number;
}

export interface Labels {
  readonly a: string;
  readonly b: string;
  readonly xor: string;
  readonly errors: string;
  /** A time in words; there is one every so many seconds. */
  readonly time: (seconds: number) => string;
}

export interface Drawing {
  readonly pair: Pair;
  readonly view: View;
  readonly palette: Palette;
  readonly labels: Labels;
  readonly positionSeconds: number;
}

const LABEL = 18;
const GAP = 8;
/** Height of a bit. */
const BIT = 3;
const STRIP = BIT_ROWS * BIT;
const CURVE = 84;
const AXIS = 22;
const TICK_DISTANCE = 90;
const TICK_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120];

/** Height of a drawing in pixels of the page. */
export const DRAWING_HEIGHT = 3 * (LABEL + STRIP + GAP) + LABEL + CURVE + AXIS;

/** Draws everything; the canvas has `view.width` by the height times `view.ratio` pixels. */
export function draw(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { labels, pair, palette, view } = drawing;
  const { a, b, offset } = pair;
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, view.width, Math.ceil(DRAWING_HEIGHT * view.ratio));
  const window = windowOf(view);
  const bits = [palette.clear, palette.set] as const;
  const strips = [
    [labels.a, bitPixels(a, 0, window, bits)],
    [labels.b, bitPixels(b, offset, window, bits)],
    [labels.xor, xorPixels(pair, window, [palette.same, palette.differs])],
  ] as const;
  let top = 0;
  for (const [label, pixels] of strips) {
    write(context, drawing, label, { x: 0, y: top + LABEL - 5 });
    stamp(context, view, pixels, top + LABEL);
    top += LABEL + STRIP + GAP;
  }
  write(context, drawing, labels.errors, { x: 0, y: top + LABEL - 5 });
  drawCurve(context, drawing, top + LABEL);
  drawAxis(context, drawing, top + LABEL + CURVE);
}

/** The positions in sight, whole ones. */
function windowOf({ from, width, zoom }: View): { from: number; count: number } {
  const first = Math.floor(from);
  return { from: first, count: Math.ceil(width / zoom) + 1 };
}

/** Puts pixels on the canvas, each as large as a position is wide and a bit is tall. */
function stamp(
  context: CanvasRenderingContext2D,
  { from, ratio, zoom }: View,
  { data, width }: Pixels,
  top: number,
): void {
  const picture = new OffscreenCanvas(width, BIT_ROWS);
  picture.getContext('2d')?.putImageData(new ImageData(data, width, BIT_ROWS), 0, 0);
  const x = Math.round((Math.floor(from) - from) * zoom);
  const bit = Math.max(1, Math.round(BIT * ratio));
  context.drawImage(picture, x, Math.round(top * ratio), width * zoom, BIT_ROWS * bit);
}

function drawCurve(
  context: CanvasRenderingContext2D,
  { pair, palette, view }: Drawing,
  top: number,
): void {
  const { ratio, width, zoom } = view;
  const y = (errors: number): number => Math.round((top + CURVE * (1 - errors / BIT_ROWS)) * ratio);
  context.strokeStyle = palette.line;
  context.lineWidth = Math.max(1, Math.round(ratio));
  // Unrelated sounds differ in half of their bits.
  for (const [errors, dash] of [
    [0, []],
    [BIT_ROWS / 2, [4 * ratio, 4 * ratio]],
  ] as const) {
    context.setLineDash([...dash]);
    context.beginPath();
    context.moveTo(0, y(errors) - 0.5);
    context.lineTo(width, y(errors) - 0.5);
    context.stroke();
  }
  context.setLineDash([]);
  const { from } = overlapOf(pair.a.length, pair.b.length, pair.offset);
  context.fillStyle = palette.curve;
  for (const [at, errors] of bitErrors(pair).entries()) {
    const x = Math.round((from + at - view.from) * zoom);
    if (x + zoom < 0 || x > width) continue;
    context.fillRect(x, y(errors), zoom, y(0) - y(errors));
  }
}

function drawAxis(context: CanvasRenderingContext2D, drawing: Drawing, top: number): void {
  const { labels, palette, positionSeconds, view } = drawing;
  const { from, ratio, width, zoom } = view;
  const perSecond = zoom / positionSeconds;
  const step = TICK_SECONDS.find((seconds) => seconds * perSecond >= TICK_DISTANCE * ratio) ?? 240;
  const first = Math.ceil((from * positionSeconds) / step) * step;
  context.fillStyle = palette.line;
  for (let seconds = first; ; seconds += step) {
    const x = Math.round((seconds / positionSeconds - from) * zoom);
    if (x > width) break;
    context.fillStyle = palette.line;
    context.fillRect(
      x,
      Math.round(top * ratio),
      Math.max(1, Math.round(ratio)),
      Math.round(5 * ratio),
    );
    write(context, drawing, labels.time(seconds), { x: x / ratio + 4, y: top + AXIS - 7 });
  }
}

function write(
  context: CanvasRenderingContext2D,
  { palette, view }: Drawing,
  text: string,
  { x, y }: { readonly x: number; readonly y: number },
): void {
  context.fillStyle = palette.text;
  context.font = `${Math.round(12 * view.ratio)}px system-ui, sans-serif`;
  context.fillText(text, Math.round(x * view.ratio), Math.round(y * view.ratio));
}
