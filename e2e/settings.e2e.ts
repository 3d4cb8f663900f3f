import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, expectAccessible, test } from './fixtures.ts';

test('a setting is found, changed, waits for a start, and is taken back', async ({
  admin,
  stage,
}) => {
  const file = join(stage.appliance.dataDir, 'config', 'acoustid.conf');
  await admin.goto('/settings');
  await admin.getByRole('searchbox', { name: 'Name or meaning' }).fill('latest months');
  await expect(admin.getByText('backup.keep_monthly')).toBeVisible();
  await expect(admin.getByText('backup.keep_weekly')).toHaveCount(0);
  await admin.getByRole('button', { name: 'Change backup.keep_monthly' }).click();
  await admin.getByRole('textbox', { name: 'backup.keep_monthly' }).fill('many');
  await admin.getByRole('button', { name: 'Save' }).click();
  await expect(admin.getByRole('alert')).toContainText('must be a whole number from 0 to 1000');
  await admin.getByRole('textbox', { name: 'backup.keep_monthly' }).fill('12');
  await admin.getByRole('button', { name: 'Save' }).click();
  await expect(admin.getByText('1 change waits for a start')).toBeVisible();
  await expect(admin.getByText('After the start: 12')).toBeVisible();
  expect(readFileSync(file, 'utf8')).toMatch(/^keep_monthly = 12$/m);
  await admin.getByRole('button', { name: 'Change backup.keep_monthly' }).click();
  await admin.getByRole('button', { name: 'Back to the default' }).click();
  await expect(admin.getByText('After the start: 12')).toHaveCount(0);
  expect(readFileSync(file, 'utf8')).not.toMatch(/^keep_monthly = 12$/m);
});

test('what must not be changed here says where it is, and no secret is shown', async ({
  admin,
  stage,
}) => {
  await admin.goto('/settings?search=secret');
  const cluster = admin.getByText('(set, and not shown)');
  await expect(cluster.first()).toBeVisible();
  const secret = readFileSync(
    join(stage.appliance.dataDir, 'config', 'secrets', 'cluster-secret'),
    'utf8',
  ).trim();
  expect(secret.length).toBeGreaterThan(10);
  expect(await admin.content()).not.toContain(secret);
  await admin.goto('/settings?search=nats.binary');
  await expect(admin.getByText('Changed in the file')).toBeVisible();
  await expect(admin.getByRole('button', { name: 'Change nats.binary' })).toHaveCount(0);
});

test('the settings are accessible, light and dark', async ({ admin }) => {
  for (const colorScheme of ['light', 'dark'] as const) {
    await admin.emulateMedia({ colorScheme });
    await admin.goto('/settings');
    await admin.getByRole('button', { name: 'Change rate_limiter.global' }).click();
    await expect(admin.getByRole('textbox', { name: 'rate_limiter.global' })).toBeVisible();
    await expectAccessible(admin);
  }
});
