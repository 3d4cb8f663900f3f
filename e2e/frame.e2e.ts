/** What surrounds every page: the menu by keyboard, the palette, the keys, and an update underneath. */
import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures.ts';

/** Loads a page and leaves the focus at its start, where a person begins. */
async function open(page: Page, path: string, heading: string): Promise<void> {
  await page.goto(path);
  await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  await page
    .locator(':focus')
    .evaluateAll((all: { blur(): void }[]) => all.forEach((each) => each.blur()));
}

test('by keyboard alone, past the menu and through it', async ({ visitor }) => {
  await open(visitor, '/statistics', 'Statistics');
  await visitor.keyboard.press('Tab');
  const skip = visitor.getByRole('link', { name: 'Skip to the content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await visitor.keyboard.press('Enter');
  await expect(visitor.getByRole('main')).toBeFocused();
  const menu = visitor.getByRole('navigation', { name: 'Pages' });
  await expect(menu.getByRole('link', { name: 'Statistics' })).toHaveAttribute(
    'aria-current',
    'page',
  );
  await visitor.keyboard.press('Shift+Tab');
  const about = menu.getByRole('link', { name: 'About' });
  await expect(about).toBeFocused();
  await visitor.keyboard.press('Enter');
  await expect(visitor).toHaveURL(/\/about$/);
  // Whoever listens hears the new page, not the rest of the menu.
  await expect(visitor.getByRole('main')).toBeFocused();
  await expect(about).toHaveAttribute('aria-current', 'page');
  await expect(visitor).toHaveTitle(/^About/);
});

test('each page has one of each landmark and one first heading', async ({ admin }) => {
  for (const [path, heading] of [
    ['/statistics', 'Statistics'],
    ['/jobs', 'Jobs'],
    ['/backups', 'Backups'],
  ] as const) {
    await open(admin, path, heading);
    for (const role of ['banner', 'navigation', 'main'] as const) {
      await expect(admin.getByRole(role)).toHaveCount(1);
    }
    await expect(admin.getByRole('heading', { level: 1 })).toHaveCount(1);
  }
});

test('what is typed into the palette leads to tracks', async ({ stage, visitor }) => {
  const { rows } = await stage.databases.fingerprint.pool.query<{ gid: string }>(
    'select gid from track order by id limit 1',
  );
  const gid = rows[0]?.gid ?? '';
  const field = visitor.getByRole('textbox', { name: 'Search or jump to…' });
  const type = async (text: string): Promise<void> => {
    await visitor.keyboard.press('Control+k');
    await field.fill(text);
  };
  await open(visitor, '/statistics', 'Statistics');
  await type(` ${gid.toUpperCase()} `);
  await expect(visitor.getByText('Tracks of the recording with this MBID')).toBeVisible();
  await expectAccessible(visitor);
  await visitor.keyboard.press('Enter');
  await expect(visitor).toHaveURL(`${stage.appliance.api}/tracks/${gid}`);
  await type('Song 7 & more');
  await visitor.keyboard.press('Enter');
  await expect(visitor).toHaveURL(/\/tracks\?q=Song\+7\+%26\+more$/);
  await type('12');
  await visitor.keyboard.press('Enter');
  await expect(visitor).toHaveURL(/\/tracks\?q=12$/);
  await type('12 13');
  await visitor.keyboard.press('Enter');
  await expect(visitor).toHaveURL(/\/compare\/12\/13$/);
});

test('the palette changes colours and language', async ({ visitor }) => {
  await open(visitor, '/statistics', 'Statistics');
  await visitor.keyboard.press('/');
  await visitor.getByRole('textbox', { name: 'Search or jump to…' }).fill('dark');
  await visitor.keyboard.press('Enter');
  await expect(visitor.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await visitor.keyboard.press('Control+k');
  await visitor.getByRole('textbox', { name: 'Search or jump to…' }).fill('deutsch');
  await visitor.keyboard.press('Enter');
  await expect(visitor.getByRole('heading', { level: 1, name: 'Statistik' })).toBeVisible();
});

test('a question mark shows the keys, except in a field', async ({ visitor }) => {
  await open(visitor, '/login', 'Sign in');
  await visitor.getByLabel('Name').fill('');
  await visitor.keyboard.press('Shift+?');
  await expect(visitor.getByLabel('Name')).toHaveValue('?');
  await expect(visitor.getByRole('dialog')).toHaveCount(0);
  await visitor.getByLabel('Name').blur();
  await visitor.keyboard.press('Shift+?');
  const sheet = visitor.getByRole('dialog', { name: 'Keys' });
  await expect(sheet.getByRole('row', { name: '? Keys' })).toBeVisible();
  await expectAccessible(visitor);
  await visitor.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
});

test('nothing moves for those who want no motion', async ({ visitor }) => {
  await visitor.emulateMedia({ reducedMotion: 'reduce' });
  await open(visitor, '/statistics', 'Statistics');
  await visitor.keyboard.press('Control+k');
  await expect(visitor.getByRole('textbox', { name: 'Search or jump to…' })).toBeVisible();
  const moving = await visitor.evaluate<number>(
    'document.getAnimations().filter((each) => each.playState === `running`).length',
  );
  expect(moving).toBe(0);
});

test('a tab that is older than the server says so and loads again', async ({ visitor }) => {
  await open(visitor, '/login', 'Sign in');
  // As after an update: the chunk this tab knows has another name by now.
  const chunk = /\/assets\/statistics-[^/]*\.js$/;
  await visitor.route(chunk, (route) => route.fulfill({ status: 404, body: '' }));
  await visitor.getByRole('link', { name: 'Statistics' }).click();
  await expect(visitor.getByRole('heading', { name: 'A new version is here' })).toBeVisible();
  await expectAccessible(visitor);
  await visitor.unroute(chunk);
  await visitor.getByRole('button', { name: 'Load again' }).click();
  await expect(visitor.getByRole('heading', { level: 1, name: 'Statistics' })).toBeVisible();
});
