import { createHash, randomBytes } from 'node:crypto';
import { ADMINISTRATOR, expect, expectAccessible, test } from './fixtures.ts';

test('somebody signs in, sees what an administrator sees, and signs out', async ({ visitor }) => {
  await visitor.goto('/about');
  await expect(visitor.getByRole('link', { name: 'Backups' })).toHaveCount(0);
  await visitor.getByRole('link', { name: 'Sign in' }).click();
  await expectAccessible(visitor);
  await visitor.getByLabel('Name').fill(ADMINISTRATOR.name);
  await visitor.getByRole('textbox', { name: 'Password' }).fill('something else');
  await visitor.getByRole('button', { name: 'Sign in' }).click();
  await expect(visitor.getByRole('alert')).toContainText('Name or password is wrong');
  await visitor.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
  await visitor.getByRole('button', { name: 'Sign in' }).click();
  // Back where it began.
  await expect(visitor).toHaveURL(/\/about$/);
  await expect(visitor.getByRole('link', { name: 'Backups' })).toBeVisible();
  await visitor.getByRole('button', { name: 'Account: Anna' }).click();
  await visitor.getByRole('menuitem', { name: 'Sign out' }).click();
  await expect(visitor.getByRole('link', { name: 'Sign in' })).toBeVisible();
});

test('a page for administrators asks a visitor to sign in first', async ({ visitor }) => {
  await visitor.goto('/profile');
  await expect(visitor.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await expect(visitor).toHaveURL(/\/login\?to=%2Fprofile$/);
});

test('a sign-in never leads to another site', async ({ visitor }) => {
  await visitor.goto('/login?to=//evil.example/');
  await visitor.getByLabel('Name').fill(ADMINISTRATOR.name);
  await visitor.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
  await visitor.getByRole('button', { name: 'Sign in' }).click();
  await expect(visitor.getByRole('button', { name: 'Account: Anna' })).toBeVisible();
  await expect(visitor).toHaveURL(/^http:\/\/127\.0\.0\.1:\d+\/$/);
});

test('one sees where one is signed in and ends the others', async ({ admin, browser, stage }) => {
  const other = await browser.newContext({ userAgent: 'Somewhere else' });
  await other.request.post(`${stage.appliance.api}/api/admin/session`, {
    data: { name: ADMINISTRATOR.name, password: ADMINISTRATOR.password },
  });
  await other.close();
  await admin.goto('/profile');
  await expect(admin.getByRole('cell', { name: 'Somewhere else', exact: true })).toBeVisible();
  await expectAccessible(admin);
  await admin.getByRole('button', { name: 'End the session on Somewhere else' }).click();
  await expect(admin.getByRole('cell', { name: 'Somewhere else', exact: true })).toHaveCount(0);
});

test('the language and the theme are chosen once and kept', async ({ visitor }) => {
  await visitor.goto('/login');
  await visitor.getByRole('button', { name: 'Theme, Language' }).click();
  await visitor.getByRole('menuitemradio', { name: 'Deutsch' }).click();
  // The menu stays, so that both can be chosen in one go.
  await visitor.getByRole('menuitemradio', { name: 'Dunkel' }).click();
  await visitor.reload();
  await expect(visitor.getByRole('heading', { name: 'Anmelden' })).toBeVisible();
  await expect(visitor.locator('html')).toHaveAttribute('lang', 'de');
  await expect(visitor.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark');
  await expectAccessible(visitor);
});

test('the palette opens by keyboard and leads to a page', async ({ visitor }) => {
  await visitor.goto('/login');
  await visitor.getByLabel('Name').blur();
  await visitor.keyboard.press('Control+k');
  await visitor.getByRole('textbox', { name: 'Search or jump to…' }).fill('abou');
  await visitor.keyboard.press('Enter');
  await expect(visitor).toHaveURL(/\/about$/);
});

test('a spent setup link says so', async ({ visitor }) => {
  const token = randomBytes(32).toString('base64url');
  expect(createHash('sha256').update(token).digest('hex')).toHaveLength(64);
  await visitor.goto(`/setup#${token}`);
  await visitor.getByLabel('Name').fill('Eve');
  await visitor.getByLabel('Password', { exact: false }).first().fill('short');
  await visitor.getByRole('button', { name: 'Create the administrator' }).click();
  await expect(visitor.getByText('At least 10 characters.')).toBeVisible();
  await visitor
    .getByRole('textbox', { name: 'Password', exact: true })
    .fill('long enough for this');
  await visitor.getByLabel('The same password again').fill('long enough for this');
  await visitor.getByRole('button', { name: 'Create the administrator' }).click();
  await expect(visitor.getByRole('alert')).toContainText('This link was used');
});
