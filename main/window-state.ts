import type { Rectangle } from 'electron';
import type { WindowPart } from './electron-parts.ts';
import type { WindowState } from './shell-settings.ts';

const WIDTH = 1280;
const HEIGHT = 860;
/** The pages are made to be usable from this size on. */
export const WIDTH_MIN = 1024;
export const HEIGHT_MIN = 700;
/** Of the title, so much must be on a screen that a mouse can take hold of it. */
const GRIP = 80;

export interface Place {
  readonly width: number;
  readonly height: number;
  readonly x?: number;
  readonly y?: number;
}

/**
 * Where the window opens: where it was, unless that is on no screen any more; then in the middle
 * (no x and y), and never larger than the screen it is on.
 */
export function placeOf(saved: WindowState | undefined, screens: readonly Rectangle[]): Place {
  const screen = saved && screens.find((area) => isWithin(saved, area));
  const [first = { width: WIDTH, height: HEIGHT }] = screens;
  const { height, width } = screen ?? first;
  const size = {
    width: Math.min(saved?.width ?? WIDTH, width),
    height: Math.min(saved?.height ?? HEIGHT, height),
  };
  return screen ? { ...size, x: saved.x, y: saved.y } : size;
}

/** Keeps the place of a window whenever a person changes it. */
export function keepWindowState(window: WindowPart, keep: (state: WindowState) => void): void {
  const onChange = (): void => {
    if (window.isDestroyed()) return;
    const { height, width, x, y } = window.getNormalBounds();
    keep({ x, y, width, height, isMaximized: window.isMaximized() });
  };
  // `resized` and `moved` come once, at the end of the movement (Linux has `close` for that).
  for (const event of ['resized', 'moved', 'maximize', 'unmaximize'] as const) {
    window.on(event, onChange);
  }
  window.on('close', onChange);
}

/** Whether the top edge can be reached on this screen. */
function isWithin({ width, x, y }: WindowState, area: Rectangle): boolean {
  const isBeside = x + width - GRIP < area.x || x + GRIP > area.x + area.width;
  const isAboveOrBelow = y < area.y || y + GRIP > area.y + area.height;
  return !isBeside && !isAboveOrBelow;
}
