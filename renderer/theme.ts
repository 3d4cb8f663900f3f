/** The one look of the product: petrol on quiet greys, tight spacing, small radii. */
import { createTheme, mergeThemeOverrides } from '@mantine/core';
import type { CSSVariablesResolver, MantineColorsTuple, MantineThemeOverride } from '@mantine/core';

/** Petrol; step 7 on white and step 3 on the dark page both read at 4.5:1 or better. */
const petrol: MantineColorsTuple = [
  '#e8f6f8',
  '#d3ebef',
  '#a6d7df',
  '#76c2ce',
  '#4fb0c0',
  '#369fb1',
  '#1d8a9d',
  '#10707f',
  '#0b5b68',
  '#064852',
];

/** Blue-grey, so that the dark side is ink rather than soot. */
const dark: MantineColorsTuple = [
  '#d6dee6',
  '#b5c1cd',
  '#92a1b0',
  '#6b7c8d',
  '#45545f',
  '#33404b',
  '#26313b',
  '#1b242d',
  '#141b22',
  '#0e1419',
];

const look = createTheme({
  primaryColor: 'petrol',
  // White on it reads at 4.5:1 or better, on both sides.
  primaryShade: 7,
  colors: { petrol, dark },
  autoContrast: true,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  focusRing: 'auto',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "Cascadia Mono", "SF Mono", "DejaVu Sans Mono", monospace',
  headings: {
    fontWeight: '650',
    sizes: {
      h1: { fontSize: '1.5rem', lineHeight: '1.25' },
      h2: { fontSize: '1.0625rem', lineHeight: '1.35' },
      h3: { fontSize: '0.9375rem', lineHeight: '1.4' },
    },
  },
  components: {
    Table: { defaultProps: { verticalSpacing: 6, highlightOnHover: true } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
    // Words as they are written, which German needs more than English.
    Badge: { defaultProps: { tt: 'none' } },
    Paper: { defaultProps: { withBorder: true, radius: 'md' } },
    Anchor: { defaultProps: { underline: 'hover' } },
  },
});

/** The theme in a language: the crosses that close things have a name in it. */
export function themeOf(closeLabel: string): MantineThemeOverride {
  const named = { defaultProps: { closeButtonProps: { 'aria-label': closeLabel } } };
  return mergeThemeOverrides(look, {
    components: { Notification: named, Modal: named, Drawer: named },
  });
}

/** Pages a step away from their cards; secondary text at 4.5:1 or better on both. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': '#17202a',
    '--mantine-color-dimmed': '#55636f',
    '--page-background': '#f5f7f9',
  },
  dark: {
    '--mantine-color-body': 'var(--mantine-color-dark-8)',
    '--mantine-color-text': '#e3e9ef',
    '--mantine-color-dimmed': '#9fb0bf',
    // The library's own is all but the colour of a card.
    '--mantine-color-petrol-light': 'rgba(54, 159, 177, 0.22)',
    '--mantine-color-petrol-light-hover': 'rgba(54, 159, 177, 0.3)',
    '--mantine-color-petrol-light-color': 'var(--mantine-color-petrol-1)',
    '--page-background': 'var(--mantine-color-dark-9)',
  },
});
