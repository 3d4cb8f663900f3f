import type { Page } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures.ts';

const LARGE = { width: 1600, height: 1000 };
const SMALL = { width: 1024, height: 700 };

const tile = (page: Page, name: string) => page.getByRole('article', { name });

test('a visitor sees that lookups work and how to use them, and no more', async ({ visitor }) => {
  await visitor.setViewportSize(SMALL);
  await visitor.goto('/');
  await expect(visitor.getByRole('heading', { name: 'Lookups work' })).toBeVisible();
  await expect(visitor.getByText('/v2/')).toBeVisible();
  await expect(visitor.getByRole('article')).toHaveCount(0);
  await expectAccessible(visitor);
  await visitor.getByRole('main').getByRole('link', { name: 'Connect your apps' }).click();
  await expect(visitor).toHaveURL(/\/connect$/);
});

for (const { scheme, size } of [
  { scheme: 'light', size: LARGE },
  { scheme: 'dark', size: SMALL },
] as const) {
  test(`an administrator sees every part at ${size.width}, ${scheme}`, async ({ admin }) => {
    await admin.setViewportSize(size);
    await admin.emulateMedia({ colorScheme: scheme });
    await admin.goto('/');
    for (const name of ['PostgreSQL', 'NATS', 'Index engine', 'Server']) {
      await expect(tile(admin, name).getByText('Ready')).toBeVisible();
    }
    await expect(admin.getByRole('region', { name: 'Corpus' })).toContainText('120');
    await expect(admin.getByRole('region', { name: 'Index', exact: true })).toContainText(
      'nothing',
    );
    await expect(admin.getByRole('region', { name: 'Disk' })).toContainText('are free');
    const width = await admin.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(size.width);
    await expectAccessible(admin);
  });
}

test('lookups show while they are made, without asking again', async ({ admin, stage }) => {
  await admin.goto('/');
  const card = admin.getByRole('region', { name: 'Lookups' });
  await expect(card).toBeVisible();
  const asked: string[] = [];
  admin.on('request', (request) => asked.push(request.url()));
  const { rows } = await stage.databases.app.pool.query<{ apikey: string }>(
    'select apikey from application limit 1',
  );
  const trackid = '4f6e3b1c-8d0a-4b9e-9c56-0d9f6a3a1f10';
  const query = new URLSearchParams({ client: rows[0]?.apikey ?? '', trackid }).toString();
  for (let at = 0; at < 5; at += 1) {
    expect((await fetch(`${stage.appliance.api}/v2/lookup?${query}`)).ok).toBe(true);
  }
  await expect(card.getByText('Hit rate').locator('..')).toContainText('0%');
  await expect(card.getByText('99% within').locator('..')).toContainText('ms');
});

for (const { name, service } of [
  { service: 'nats', name: 'NATS' },
  { service: 'index', name: 'Index engine' },
  { service: 'postgres', name: 'PostgreSQL' },
] as const) {
  test(`${name} dies: the dashboard shows it, and that it came back`, async ({ admin, stage }) => {
    await admin.goto('/');
    await expect(tile(admin, name).getByText('Ready')).toBeVisible();
    const pid = await stage.appliance.kill(service);
    await stage.appliance.untilBack(service, pid);
    await expect(tile(admin, name).getByText('Restarted once')).toBeVisible();
    await expect(tile(admin, name).getByText('Ready')).toBeVisible();
    await expect(tile(admin, 'Server').getByText('No restarts')).toBeVisible();
  });
}

test('the server dies: the page says so, and goes on by itself', async ({ admin, stage }) => {
  await admin.goto('/');
  await expect(tile(admin, 'Server').getByText('No restarts')).toBeVisible();
  const pid = await stage.appliance.kill('server');
  await expect(admin.getByText('The server does not answer; trying again.')).toBeVisible();
  await stage.appliance.untilBack('server', pid);
  await expect(admin.getByText('The server does not answer; trying again.')).toBeHidden();
  await expect(tile(admin, 'Server').getByText('Restarted once')).toBeVisible();
});

test('a service is restarted after a question that says what it costs', async ({
  admin,
  stage,
}) => {
  await admin.goto('/');
  const before = stage.appliance.run().services['nats']?.pid;
  if (typeof before !== 'number') throw new Error('nats has no process');
  await admin.getByRole('button', { name: 'Restart NATS' }).click();
  const dialog = admin.getByRole('dialog');
  await expect(dialog).toContainText('None is lost');
  await expectAccessible(admin);
  await admin.keyboard.press('Escape');
  await expect(dialog).toBeHidden();
  expect(stage.appliance.run().services['nats']?.pid).toBe(before);
  await admin.getByRole('button', { name: 'Restart NATS' }).click();
  await dialog.getByRole('button', { name: 'Restart' }).click();
  await stage.appliance.untilBack('nats', before);
  await expect(tile(admin, 'NATS').getByText('Ready')).toBeVisible();
});

test('the server restarts itself at a click, and the page comes back', async ({ admin, stage }) => {
  await admin.goto('/');
  const before = stage.appliance.run().services['server']?.pid;
  if (typeof before !== 'number') throw new Error('the server has no process');
  await admin.getByRole('button', { name: 'Restart Server' }).click();
  await admin.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
  await stage.appliance.untilBack('server', before);
  await expect(tile(admin, 'Server').getByText('Ready')).toBeVisible();
});

test('what needs a person leads to where it is mended', async ({ admin, stage }) => {
  await stage.databases.app.pool.query(
    `insert into task (name, args, key, state, attempts, error)
     values ('update_stats', '{}', 'update_stats {}', 'dead', 5, 'something odd')`,
  );
  await admin.goto('/');
  const needs = admin.getByRole('region', { name: 'Needs a person' });
  await expect(needs).toContainText('One task failed for good.');
  await expect(needs.getByRole('link', { name: 'Make one' })).toBeVisible();
  await needs.getByRole('link', { name: 'See the tasks' }).click();
  await expect(admin.getByText('something odd')).toBeVisible();
  await stage.databases.app.pool.query('delete from task');
});

test('a part that runs and does not answer is told from one that works', async ({
  admin,
  stage,
}) => {
  await admin.goto('/');
  await expect(tile(admin, 'Index engine').getByText('Ready')).toBeVisible();
  const pid = stage.appliance.run().services['index']?.pid;
  if (typeof pid !== 'number') throw new Error('the index has no process');
  // Stopped, not killed: a process that is there and does nothing.
  process.kill(pid, 'SIGSTOP');
  try {
    await expect(tile(admin, 'Index engine').getByText('Not answering')).toBeVisible({
      timeout: 20_000,
    });
    await expect(admin.getByRole('region', { name: 'Needs a person' })).toContainText(
      'Index engine runs and does not answer.',
    );
    await expectAccessible(admin);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await expect(tile(admin, 'Index engine').getByText('Ready')).toBeVisible();
});
