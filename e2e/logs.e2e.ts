import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectAccessible, test } from './fixtures.ts';

function line(at: number, msg: string, more: object = {}): string {
  return `${JSON.stringify({ level: 30, time: new Date(at).toISOString(), pid: 1, ...more, msg })}\n`;
}

test('new lines come by themselves until they are paused', async ({ admin, stage }) => {
  const file = join(stage.appliance.dataDir, 'logs', 'server.log');
  await admin.goto('/logs');
  await expect(admin.getByRole('listitem').filter({ hasText: 'server ready' })).toBeVisible();
  await appendFile(file, line(Date.now(), 'a first story'));
  await expect(admin.getByText('a first story')).toBeVisible();
  await admin.getByRole('button', { name: 'Pause' }).click();
  await appendFile(file, line(Date.now(), 'a second story'));
  await expect(admin.getByRole('button', { name: 'Follow' })).toBeVisible();
  await admin.getByRole('button', { name: 'Follow' }).click();
  await expect(admin.getByText('a second story')).toBeVisible();
});

for (const { scheme, size } of [
  { scheme: 'light', size: { width: 1600, height: 1000 } },
  { scheme: 'dark', size: { width: 1024, height: 700 } },
] as const) {
  test(`logs are usable by all at ${size.width}, ${scheme}`, async ({ admin }) => {
    await admin.setViewportSize(size);
    await admin.emulateMedia({ colorScheme: scheme });
    await admin.goto('/logs');
    await expect(admin.getByRole('listitem').first()).toBeVisible();
    await expectAccessible(admin);
  });
}

test('lines are filtered by service, level and text, and the address keeps it', async ({
  admin,
  stage,
}) => {
  const file = join(stage.appliance.dataDir, 'logs', 'server.log');
  await appendFile(file, line(Date.now(), 'a needle', { level: 50, task: 17 }));
  await admin.goto('/logs?service=server');
  await expect(admin.getByText('server ready').first()).toBeVisible();
  await expect(admin.getByRole('listitem').filter({ hasText: 'PostgreSQL' })).toHaveCount(0);
  await admin.getByLabel('Text').fill('task=17');
  await expect(admin).toHaveURL(/text=task/);
  await expect(admin.getByRole('listitem')).toHaveCount(1);
  await admin.getByRole('combobox', { name: 'Level' }).click();
  await admin.getByRole('option', { name: 'Errors', exact: true }).click();
  await expect(admin).toHaveURL(/level=error/);
  await admin.reload();
  await expect(admin.getByRole('listitem')).toHaveCount(1);
  await admin.getByLabel('Text').fill('there is nothing like this');
  await expect(admin.getByRole('heading', { name: 'No such lines' })).toBeVisible();
});

test('a line is shown in full, and closes by keyboard', async ({ admin, stage }) => {
  const file = join(stage.appliance.dataDir, 'logs', 'server.log');
  await appendFile(file, line(Date.now(), 'with details', { track: '<b>bold</b>' }));
  await admin.goto('/logs?text=with+details');
  await admin.getByRole('listitem').getByRole('button').click();
  const dialog = admin.getByRole('dialog');
  await expect(dialog).toContainText('<b>bold</b>');
  await expect(dialog.getByRole('button', { name: 'Copy line of the log' })).toBeVisible();
  await expectAccessible(admin);
  await admin.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('ten thousand lines scroll to the first, and few are ever drawn', async ({ admin, stage }) => {
  const file = join(stage.appliance.dataDir, 'logs', 'desktop.log');
  const begun = Date.now() - 3600_000;
  const lines = Array.from({ length: 10_000 }, (_, at) => line(begun + at * 100, `line ${at}.`));
  await appendFile(file, lines.join(''));
  await admin.goto('/logs?service=desktop');
  await expect(admin.getByText('line 9999.')).toBeVisible();
  await admin.getByText('line 9990.').hover();
  await expect(async () => {
    await admin.mouse.wheel(0, -1_000_000);
    await expect(admin.getByText('line 0.', { exact: true })).toBeVisible({ timeout: 50 });
  }).toPass({ intervals: [20] });
  expect(await admin.getByRole('listitem').count()).toBeLessThan(120);
  await expect(admin.getByRole('listitem').first()).toHaveAttribute('aria-setsize', '10000');
});

test('the logs are taken home without a secret in them', async ({ admin, stage }) => {
  const { databases, appliance } = stage;
  const { rows } = await databases.app.pool.query<{ apikey: string }>(
    'select apikey from application union all select apikey from account',
  );
  const secrets = await Promise.all(
    ['postgres-password', 'postgres-admin-password', 'nats-token', 'website-secret'].map((name) =>
      readFile(join(appliance.dataDir, 'config', 'secrets', name), 'utf8'),
    ),
  );
  const all = [...rows.map(({ apikey }) => apikey), ...secrets.map((each) => each.trim())];
  const file = join(appliance.dataDir, 'logs', 'server.log');
  await appendFile(file, all.map((secret) => line(Date.now(), `it was ${secret}`)).join(''));
  await admin.goto('/logs');
  const downloading = admin.waitForEvent('download');
  await admin.getByRole('link', { name: 'Download' }).click();
  const text = await readFile(await (await downloading).path(), 'utf8');
  expect(text).toContain('it was [redacted]');
  for (const secret of all) expect(text).not.toContain(secret);
});
