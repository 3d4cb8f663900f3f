import { expect, test } from 'vitest';
import { WindowDouble } from './testing/window-double.ts';
import { keepWindowState, placeOf } from './window-state.ts';
import type { WindowState } from './shell-settings.ts';

const SCREEN = { x: 0, y: 0, width: 1920, height: 1080 };
const SECOND = { x: 1920, y: 0, width: 1280, height: 1024 };
const saved: WindowState = { x: 2000, y: 50, width: 1100, height: 800, isMaximized: false };

test('the window opens where it was', () => {
  expect(placeOf(saved, [SCREEN, SECOND])).toEqual({ x: 2000, y: 50, width: 1100, height: 800 });
});

test('without a memory the system chooses the place', () => {
  expect(placeOf(undefined, [SCREEN])).toEqual({ width: 1280, height: 860 });
});

test('a screen that is gone takes the place with it, not the size', () => {
  expect(placeOf(saved, [SCREEN])).toEqual({ width: 1100, height: 800 });
});

test('a window whose title cannot be reached is brought back', () => {
  expect(placeOf({ ...saved, x: 100, y: -30 }, [SCREEN])).not.toHaveProperty('y');
  expect(placeOf({ ...saved, x: 100, y: 1040 }, [SCREEN])).not.toHaveProperty('y');
  expect(placeOf({ ...saved, x: -1060 }, [SCREEN])).not.toHaveProperty('x');
});

test('it is never larger than its screen', () => {
  expect(placeOf({ ...saved, x: 0, width: 4000, height: 3000 }, [SCREEN])).toEqual({
    x: 0,
    y: 50,
    width: 1920,
    height: 1080,
  });
});

test('every change of place is kept, the one before the window was maximised', () => {
  const window = new WindowDouble({});
  const kept: WindowState[] = [];
  keepWindowState(window, (state) => kept.push(state));
  window.bounds = { x: 5, y: 6, width: 1200, height: 700 };
  window.emit('moved');
  window.isMax = true;
  window.emit('maximize');
  window.destroy();
  window.emit('resized');
  expect(kept).toEqual([
    { ...window.bounds, isMaximized: false },
    { ...window.bounds, isMaximized: true },
  ]);
});
