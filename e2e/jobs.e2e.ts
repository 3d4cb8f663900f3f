import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, expectAccessible, test } from './fixtures.ts';

test('a backup is made, watched to its end, and tried', async ({ admin, stage }) => {
  await rm(join(stage.appliance.dataDir, 'backups'), { recursive: true, force: true });
  await admin.goto('/backups');
  await expect(admin.getByRole('heading', { name: 'No backup yet' })).toBeVisible();
  await expectAccessible(admin);
  await admin.getByRole('button', { name: 'Make a backup now' }).click();
  await expect(admin.getByRole('cell', { name: /app, fingerprint, ingest/ })).toBeVisible();
  await expectAccessible(admin);
  await admin.getByRole('button', { name: /^Try it: backup of/ }).click();
  await admin.getByRole('link', { name: 'Jobs' }).click();
  const tried = admin.getByRole('row').filter({ hasText: 'Try a backup' });
  await expect(tried.getByText('Done')).toBeVisible({ timeout: 40_000 });
  await tried.getByRole('button', { name: 'Log' }).click();
  await expect(admin.getByRole('dialog').getByRole('listitem').first()).toBeVisible();
  await expectAccessible(admin);
});

test('how to restore a backup is told before anything is replaced', async ({ admin }) => {
  await admin.goto('/backups');
  const make = admin.getByRole('button', { name: 'Make a backup now' });
  await make.click();
  await admin
    .getByRole('button', { name: /^Restore: backup of/ })
    .first()
    .click();
  const dialog = admin.getByRole('dialog');
  await expect(dialog).toContainText('db restore "');
  await expect(dialog).toContainText('.acoustid-backup');
  await admin.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
});

test('a waiting job is paused, resumed, and cancelled after a question', async ({
  admin,
  stage,
}) => {
  const app = stage.databases.app.pool;
  await app.query('delete from job');
  // Of a kind nobody here runs, so that it waits for as long as this takes.
  await app.query(`insert into job (kind, params) values ('elsewhere', '{}')`);
  await app.query(`update job set state = 'paused'`);
  await admin.emulateMedia({ colorScheme: 'dark' });
  await admin.goto('/jobs');
  await admin.getByRole('button', { name: /^Cancel: elsewhere/ }).click();
  await expect(admin.getByRole('dialog')).toContainText('cannot be resumed');
  await admin.getByRole('button', { name: 'Let it go on' }).click();
  await expect(admin.getByRole('cell', { name: 'Paused' })).toBeVisible();
  await expectAccessible(admin);
  await admin.getByRole('button', { name: /^Cancel: elsewhere/ }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Cancel', exact: true }).click();
  await expect(admin.getByRole('cell', { name: 'Cancelled' })).toBeVisible();
  await expect(admin.getByRole('button', { name: /^Cancel: elsewhere/ })).toHaveCount(0);
});

test('jobs are filtered by state, and the address keeps it', async ({ admin, stage }) => {
  await stage.databases.app.pool.query(
    `insert into job (kind, params, state, error, started, finished)
     values ('export', '{}', 'failed', 'the disk is full', now() - interval '90 s', now())`,
  );
  await admin.goto('/jobs');
  await admin.getByText('Failed', { exact: true }).first().click();
  await expect(admin).toHaveURL(/state=failed/);
  await expect(admin.getByText('the disk is full')).toBeVisible();
  await admin.reload();
  await expect(admin.getByText('the disk is full')).toBeVisible();
});

test('a task that failed for good is seen and tried again', async ({ admin, stage }) => {
  await stage.databases.app.pool.query(
    `insert into task (name, args, key, state, attempts, error)
     values ('update_stats', '{}', 'update_stats {}', 'dead', 5, 'something odd') `,
  );
  await admin.goto('/jobs');
  await expect(admin.getByText('something odd')).toBeVisible();
  await admin.getByRole('button', { name: 'Try again: update_stats' }).click();
  await expect(admin.getByText('something odd')).toBeHidden();
});
