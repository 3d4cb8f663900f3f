import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from '@playwright/test';

/** Debian's browser; on other machines Playwright's own, if it was installed. */
const CHROMIUM = '/usr/bin/chromium';

const results = process.env['PLAYWRIGHT_RESULTS'];

/** Stories of people at the web pages, against the real appliance in a real browser. */
export default defineConfig({
  testDir: fileURLToPath(new URL('.', import.meta.url)),
  testMatch: '*.e2e.ts',
  outputDir: fileURLToPath(new URL('../test-results', import.meta.url)),
  // Each worker starts an appliance of its own, and there are two cores.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: results === undefined ? 'list' : [['list'], ['json', { outputFile: results }]],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1280, height: 800 },
    // What fades in is measured before it is there.
    contextOptions: { reducedMotion: 'reduce' },
    trace: 'retain-on-failure',
    launchOptions: {
      ...(existsSync(CHROMIUM) && { executablePath: CHROMIUM }),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--no-first-run',
        // Nothing here may ask the world outside.
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
