/**
 * `npm run screenshots`: every page as people see it, into ./screenshots: light and dark, two sizes,
 * as administrator and as visitor, and once in German. Arguments are parts of page names to take
 * alone: `npm run screenshots -- statistics jobs`.
 */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import type { Browser, BrowserContext } from '@playwright/test';
import { startAppliance } from '../e2e/harness/appliance.ts';
import { build } from './build.ts';
import { openStage } from './screenshot-stage.ts';
import type { Shot } from './screenshot-stage.ts';

const FOLDER = fileURLToPath(new URL('../screenshots', import.meta.url));
const CHROMIUM = '/usr/bin/chromium';
const SETTLED_LIMIT_MS = 10_000;
const SETTLING_MS = 400;

interface Look {
  readonly name: string;
  readonly colorScheme: 'light' | 'dark';
  readonly viewport: { readonly width: number; readonly height: number };
  readonly locale: string;
  readonly isSignedIn: boolean;
}

const wide = { width: 1280, height: 800 };
const narrow = { width: 1024, height: 700 };
const look = { colorScheme: 'light', viewport: wide, locale: 'en-GB', isSignedIn: true } as const;

const LOOKS: readonly Look[] = [
  { ...look, name: 'light' },
  { ...look, name: 'dark', colorScheme: 'dark' },
  { ...look, name: 'narrow', viewport: narrow },
  { ...look, name: 'narrow-dark', viewport: narrow, colorScheme: 'dark' },
  { ...look, name: 'german', locale: 'de-DE' },
  { ...look, name: 'visitor', isSignedIn: false },
];

async function main(wanted: readonly string[]): Promise<void> {
  await build();
  if (wanted.length === 0) rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  await using stack = new AsyncDisposableStack();
  const appliance = stack.use(await startAppliance());
  const stage = await openStage(appliance);
  const shots = stage.shots.filter(
    ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
  );
  const browser = stack.adopt(
    await chromium.launch({
      ...(existsSync(CHROMIUM) && { executablePath: CHROMIUM }),
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
    }),
    (each) => each.close(),
  );
  for (const each of LOOKS) {
    const context = await contextOf(browser, each, { url: appliance.api, token: stage.token });
    const seen = shots.filter((shot) => each.isSignedIn || shot.isForVisitors);
    for (const shot of seen) {
      try {
        await take(context, `${appliance.api}${shot.path}`, { each, shot });
      } catch (error) {
        // One page that does not come is no reason to go without the others.
        console.log(`${shot.name}, ${each.name}: ${String(error)}`);
        process.exitCode = 1;
      }
    }
    await context.close();
  }
}

async function contextOf(
  browser: Browser,
  { colorScheme, isSignedIn, locale, viewport }: Look,
  { token, url }: { readonly token: string; readonly url: string },
): Promise<BrowserContext> {
  const context = await browser.newContext({ colorScheme, locale, viewport, timezoneId: 'UTC' });
  if (isSignedIn) {
    await context.addCookies([{ name: 'acoustid_session', value: token, url, httpOnly: true }]);
  }
  return context;
}

async function take(
  context: BrowserContext,
  address: string,
  { each, shot }: { readonly each: Look; readonly shot: Shot },
): Promise<void> {
  const page = await context.newPage();
  page.on('pageerror', (error) => console.log(`${shot.name}, ${each.name}: ${error.message}`));
  page.setDefaultTimeout(SETTLED_LIMIT_MS);
  await page.goto(address);
  await page.getByRole('heading').first().waitFor();
  // Some pages never end listening, so there is no waiting for a silent network.
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
  if (shot.keys !== undefined) await page.keyboard.press(shot.keys);
  // Charts draw themselves and dialogs come in; there is no sign of that in the page.
  await page.waitForTimeout(SETTLING_MS);
  await page.screenshot({ path: join(FOLDER, `${shot.name}-${each.name}.png`), caret: 'hide' });
  await page.close();
}

await main(process.argv.slice(2));
