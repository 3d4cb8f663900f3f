import { readFile } from 'node:fs/promises';
import type { Download } from '@playwright/test';
import { expect, expectAccessible, test } from './fixtures.ts';
import type { Stage } from './fixtures.ts';

test.beforeEach(async ({ stage }) => {
  await count(stage);
});

/** Two months of numbers: more AcoustIDs every day, a hundred lookups a day. */
async function count({ accountId, databases }: Stage): Promise<void> {
  const app = databases.app.pool;
  await app.query('truncate stats, stats_lookups, stats_user_agents, stats_top_accounts');
  await app.query(
    `insert into stats (name, date, value)
     select name, (now() at time zone 'UTC')::date - d, base - 10 * d
     from generate_series(0, 59) d, (values ('track.all', 5000), ('fingerprint.all', 7000),
       ('mbid.all', 4000), ('track.1mbids', 3000), ('track.2mbids', 1000)) n (name, base)`,
  );
  await app.query(
    `insert into stats_lookups (hour, application_id, count_hits, count_misses)
     select date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - make_interval(days => d),
       (select min(id) from application), 75, 25
     from generate_series(0, 59) d`,
  );
  await app.query(
    `insert into stats_user_agents (date, application_id, user_agent, ip, count)
     values ((now() at time zone 'UTC')::date, (select min(id) from application), $1, '10.0.0.1', 7)`,
    ['<img src=x onerror=alert(1)>'],
  );
  await app.query('insert into stats_top_accounts (account_id, count) values ($1, 4242)', [
    accountId,
  ]);
}

async function textOf(download: Download): Promise<string> {
  return readFile(await download.path(), 'utf8');
}

test('a visitor sees how much there is and what happened, but not who', async ({ visitor }) => {
  await visitor.goto('/statistics');
  await expect(visitor.getByText('5,000')).toBeVisible();
  await expect(visitor.getByText('3,000 in this period, 75% of them found')).toBeVisible();
  await expect(visitor.getByRole('img', { name: 'Lookups' })).toBeVisible();
  await expect(visitor.getByRole('heading', { name: 'Top accounts' })).toHaveCount(0);
  await expectAccessible(visitor);
});

test('the period is chosen by a click and kept in the address', async ({ visitor }) => {
  await visitor.goto('/statistics');
  await visitor.getByText('90 days').click();
  await expect(visitor.getByText('6,000 in this period, 75% of them found')).toBeVisible();
  await expect(visitor).toHaveURL(/days=90/);
  await visitor.reload();
  await expect(visitor.getByText('6,000 in this period, 75% of them found')).toBeVisible();
});

test('every chart has its table and is taken home as CSV and as a picture', async ({ visitor }) => {
  await visitor.goto('/statistics');
  const chart = visitor.getByRole('region', { name: 'Lookups' });
  await chart.getByRole('button', { name: 'Table' }).click();
  await expect(chart.getByRole('row')).toHaveCount(31);
  await expect(chart.getByRole('row').nth(1)).toContainText('100');
  await expectAccessible(visitor);
  const [csv] = await Promise.all([
    visitor.waitForEvent('download'),
    chart.getByRole('button', { name: 'CSV' }).click(),
  ]);
  expect((await textOf(csv)).split('\r\n').slice(0, 2)).toEqual([
    'Day,All,Found,Not found',
    expect.stringMatching(/^\d{4}-\d\d-\d\d,100,75,25$/),
  ]);
  await chart.getByRole('button', { name: 'Table' }).click();
  const [png] = await Promise.all([
    visitor.waitForEvent('download'),
    chart.getByRole('button', { name: 'PNG' }).click(),
  ]);
  expect(png.suggestedFilename()).toMatch(/^lookups-.*\.png$/);
});

test('an administrator sees who; what programs call themselves is text', async ({ admin }) => {
  await admin.emulateMedia({ colorScheme: 'dark' });
  await admin.goto('/statistics');
  await expect(admin.getByRole('cell', { name: '<img src=x onerror=alert(1)>' })).toBeVisible();
  await expect(admin.getByRole('cell', { name: '4,242' })).toBeVisible();
  await expectAccessible(admin);
});

test('before the first count the page says when there will be one', async ({ stage, visitor }) => {
  await stage.databases.app.pool.query('truncate stats');
  await visitor.goto('/statistics');
  await expect(visitor.getByRole('heading', { name: 'Nothing counted yet' })).toBeVisible();
});
