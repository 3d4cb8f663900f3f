import type { Page } from '@playwright/test';
import { insertAccount } from '../server/account/account-queries.ts';
import { openSession } from '../server/account/session.ts';
import { expect, expectAccessible, test } from './fixtures.ts';

const HOSTILE = `"><script>document.title='owned'</script>`;

async function fill(page: Page, fields: Readonly<Record<string, string>>): Promise<void> {
  const drawer = page.getByRole('dialog');
  for (const [label, value] of Object.entries(fields)) {
    await drawer.getByRole('textbox', { name: label }).fill(value);
  }
  await drawer.getByRole('button', { name: 'Create the application' }).click();
}

test('an application is made, all that is wrong is said at once, and its command works', async ({
  admin,
}) => {
  await admin.goto('/applications');
  await admin.getByRole('button', { name: 'New application' }).first().click();
  await fill(admin, { 'E-mail address': 'anna', Website: 'example.org' });
  const drawer = admin.getByRole('dialog');
  await expect(drawer.getByText('This is needed.')).toHaveCount(2);
  await expect(drawer.getByText('This is no e-mail address.')).toBeVisible();
  await expect(drawer.getByText('An address with http:// or https:// is needed.')).toBeVisible();
  await fill(admin, {
    Name: 'Tagger of the story',
    Version: '1',
    'E-mail address': 'anna@example.org',
    Website: 'https://example.org/',
  });
  const command = await drawer.getByText(/^curl "/).innerText();
  const [, url = ''] = /"(.*)"/.exec(command) ?? [];
  expect(await (await fetch(url)).json()).toMatchObject({ status: 'ok' });
});

test('an application that is switched off is refused, and says so in the list', async ({
  admin,
  stage,
}) => {
  await admin.goto('/applications');
  await admin.getByRole('button', { name: 'New application' }).first().click();
  await fill(admin, { Name: 'Off soon', Version: '1', 'E-mail address': 'a@example.org' });
  const drawer = admin.getByRole('dialog');
  const [, key = ''] = /client=(\w+)/.exec(await drawer.getByText(/^curl "/).innerText()) ?? [];
  const lookup = () =>
    fetch(`${stage.appliance.api}/v2/lookup?client=${key}&trackid=${crypto.randomUUID()}`);
  expect((await lookup()).status).toBe(200);
  await admin.keyboard.press('Escape');
  await admin.getByRole('button', { name: 'Off soon' }).click();
  await drawer.getByRole('button', { name: 'Switch off' }).click();
  await expect(drawer.getByRole('button', { name: 'Switch on' })).toBeVisible();
  expect((await lookup()).status).toBe(400);
  await admin.keyboard.press('Escape');
  await expect(admin.getByRole('row', { name: /Off soon.*Switched off/ })).toBeVisible();
});

test("somebody without rights sees their own, not another's", async ({
  context,
  stage,
  visitor,
}) => {
  const app = stage.databases.app.pool;
  const { id } = await insertAccount(app, 'Udo');
  const { token } = await openSession(app, id, {
    ip: '127.0.0.1',
    now: Date.now(),
    userAgent: 'Playwright',
  });
  const url = stage.appliance.api;
  await context.addCookies([{ name: 'acoustid_session', value: token, url, httpOnly: true }]);
  await visitor.goto('/applications');
  await expect(visitor.getByRole('heading', { name: 'No application here' })).toBeVisible();
  await visitor.goto('/applications?application=1');
  await expect(visitor.getByRole('dialog').getByText(/no such thing here/)).toBeVisible();
  await visitor.goto('/accounts');
  await expect(visitor.getByRole('heading', { name: 'Sign in' })).toBeVisible();
});

test('a hostile name is text in the list and in the form', async ({ admin, stage }) => {
  const app = stage.databases.app.pool;
  await app.query(
    `insert into application (name, version, apikey, account_id, website)
     values ($1, $1, 'hostile', $2, 'https://example.org/')`,
    [HOSTILE, stage.accountId],
  );
  await admin.goto('/applications?search=script');
  await admin.getByRole('button', { name: HOSTILE }).click();
  await expect(admin.getByRole('dialog').getByRole('textbox', { name: 'Name' })).toHaveValue(
    HOSTILE,
  );
  await expect(admin).toHaveTitle(/^Applications/);
  await app.query(`delete from application where apikey = 'hostile'`);
});

test('the list and an application are accessible, light and dark', async ({ admin }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await admin.emulateMedia({ colorScheme });
    await admin.goto('/applications');
    await expect(admin.getByRole('table')).toBeVisible();
    await expectAccessible(admin);
    await admin.goto('/applications?application=1');
    await admin.getByRole('dialog').getByRole('button', { name: 'Show' }).click();
    await expect(admin.getByRole('dialog').getByText(/^curl "/)).toBeVisible();
    await expectAccessible(admin);
  }
});
