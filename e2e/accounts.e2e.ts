import type { Page } from '@playwright/test';
import { ADMINISTRATOR, expect, expectAccessible, test } from './fixtures.ts';

const HOSTILE = `<img src=x onerror="document.title='owned'">`;

async function makeAccount(page: Page, name: string): Promise<void> {
  await page.goto('/accounts');
  await page.getByRole('button', { name: 'New account' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('textbox', { name: /^Name/ }).fill(name);
  await drawer.getByRole('button', { name: 'Create the account' }).click();
  await expect(drawer.getByText('Your new user key')).toBeVisible();
}

test('an account is made, found, given a password, and signs in with it', async ({
  admin,
  browser,
  stage,
}) => {
  await makeAccount(admin, 'Greta');
  await admin.keyboard.press('Escape');
  await admin.getByRole('searchbox', { name: /^Name, MusicBrainz name/ }).fill('gret');
  await expect(admin).toHaveURL(/search=gret/);
  await admin.getByRole('button', { name: 'Greta' }).click();
  const drawer = admin.getByRole('dialog');
  await drawer.getByLabel('New password').fill('short');
  await drawer.getByRole('button', { name: 'Set the password' }).click();
  await expect(drawer.getByText('At least 10 characters.')).toBeVisible();
  await drawer.getByLabel('New password').fill('hers and long enough');
  await drawer.getByRole('button', { name: 'Set the password' }).click();
  await expect(drawer.getByText('With name and password.')).toBeVisible();
  const other = await browser.newContext();
  const data = { name: 'greta', password: 'hers and long enough' };
  const signedIn = await other.request.post(`${stage.appliance.api}/api/admin/session`, { data });
  expect(await signedIn.json()).toMatchObject({ name: 'Greta', access: 'user' });
  await other.close();
});

test('a user key is hidden until it is asked for, and replaced only after a warning', async ({
  admin,
  stage,
}) => {
  await makeAccount(admin, 'Karl');
  const { rows } = await stage.databases.app.pool.query<{ id: number; apikey: string }>(
    `select id, apikey from account where name = 'Karl'`,
  );
  const { apikey, id } = rows[0]!;
  await admin.goto(`/accounts?account=${id}`);
  const drawer = admin.getByRole('dialog');
  await expect(drawer.getByRole('heading', { name: /^User key/ })).toBeVisible();
  await expect(drawer.getByText(apikey)).toHaveCount(0);
  await drawer.getByRole('button', { name: 'Show' }).click();
  await expect(drawer.getByText(apikey)).toBeVisible();
  await drawer.getByRole('button', { name: 'Replace…' }).click();
  await expect(drawer.getByText(/ends at once/)).toBeVisible();
  await drawer.getByRole('button', { name: 'Cancel' }).click();
  await expect(drawer.getByText(apikey)).toBeVisible();
  await drawer.getByRole('button', { name: 'Replace…' }).click();
  await drawer.getByRole('button', { name: 'Replace the key' }).click();
  await expect(drawer.getByText(apikey)).toHaveCount(0);
  await expect(drawer.getByRole('button', { name: 'Copy user key' })).toBeVisible();
});

test('the last administrator is told why nothing changes', async ({ admin, stage }) => {
  await admin.goto(`/accounts?account=${stage.accountId}`);
  const drawer = admin.getByRole('dialog');
  await drawer.getByRole('switch', { name: 'Administrator' }).uncheck({ force: true });
  await drawer.getByRole('button', { name: 'Save' }).click();
  await expect(drawer.getByRole('alert')).toContainText('the last administrator');
  await drawer.getByRole('button', { name: 'Remove…' }).click();
  await drawer.getByRole('button', { name: 'Remove the password' }).click();
  await expect(drawer.getByRole('alert').first()).toContainText('the last administrator');
  await expect(admin.getByRole('button', { name: `Account: ${ADMINISTRATOR.name}` })).toHaveCount(
    1,
  );
});

test('a hostile name is a name and nothing else', async ({ admin, stage }) => {
  await makeAccount(admin, HOSTILE);
  await admin.keyboard.press('Escape');
  await admin.getByRole('searchbox').fill('<img');
  await expect(admin.getByRole('button', { name: HOSTILE })).toBeVisible();
  await admin.getByRole('button', { name: HOSTILE }).click();
  await expect(admin.getByRole('dialog').getByRole('textbox', { name: /^Name/ })).toHaveValue(
    HOSTILE,
  );
  await expect(admin.locator('img[src="x"]')).toHaveCount(0);
  await expect(admin).toHaveTitle(/^Accounts/);
  await stage.databases.app.pool.query('delete from account where name = $1', [HOSTILE]);
});

test('the list and an account are accessible, light and dark', async ({ admin, stage }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await admin.emulateMedia({ colorScheme });
    await admin.goto('/accounts?right=admin');
    await expect(
      admin.getByRole('button', { name: ADMINISTRATOR.name, exact: true }),
    ).toBeVisible();
    await expectAccessible(admin);
    await admin.goto(`/accounts?account=${stage.accountId}`);
    await expect(admin.getByRole('dialog').getByLabel('New password')).toBeVisible();
    await expectAccessible(admin);
  }
});
