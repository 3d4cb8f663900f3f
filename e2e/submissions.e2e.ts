import { expect, expectAccessible, test } from './fixtures.ts';
import type { Stage } from './fixtures.ts';

const MBID = '0b000001-0000-4000-8000-000000000000';

test.beforeEach(({ stage }) => clear(stage));
test.afterAll(({ stage }) => clear(stage));

async function clear({ databases }: Stage): Promise<void> {
  await databases.ingest.pool.query('truncate submission, submission_result cascade');
}

/** Submissions that failed too often. */
async function park({ accountId, databases }: Stage, count: number, title = 'x'): Promise<void> {
  await databases.ingest.pool.query(
    `insert into submission (fingerprint, length, account_id, application_id, mbid, attempts, error, meta)
     select '{1,2,3}', 100, $2, 1, $3::uuid, 5, 'the disk is full', jsonb_build_object('track', $4::text)
     from generate_series(1, $1::int)`,
    [count, accountId, MBID, title],
  );
}

async function import_({ accountId, databases }: Stage, verdicts: readonly string[]) {
  await databases.ingest.pool.query(
    `insert into submission_result (submission_id, verdict, account_id)
     select 500000 + place, verdict, $2 from unnest($1::text[]) with ordinality as v (verdict, place)`,
    [verdicts, accountId],
  );
}

test('where nothing was submitted, the page says how that begins', async ({ admin }) => {
  await admin.goto('/submissions');
  await expect(admin.getByRole('heading', { name: 'No submissions' })).toBeVisible();
  await expectAccessible(admin);
  await admin.getByRole('main').getByRole('link', { name: 'Connect your apps' }).click();
  await expect(admin).toHaveURL(/\/connect$/);
});

test('submissions are filtered by state, verdict, account and number; the address keeps it', async ({
  admin,
  stage,
}) => {
  await park(stage, 1);
  await import_(stage, ['new_track', 'joined_track', 'skipped:no_data']);
  await admin.goto('/submissions');
  const table = admin.getByRole('table', { name: 'Submissions' });
  await expect(table.getByRole('row')).toHaveCount(5);
  await expectAccessible(admin);
  await admin.getByText('Skipped', { exact: true }).first().click();
  await expect(table.getByRole('row')).toHaveCount(2);
  await expect(table).toContainText('Nothing but a fingerprint');
  await admin.reload();
  await expect(table.getByRole('row')).toHaveCount(2);
  await admin.getByText('All', { exact: true }).click();
  await table.getByRole('button', { name: 'Anna' }).first().click();
  await expect(admin.getByText('Account: Anna')).toBeVisible();
  await admin.getByRole('textbox', { name: 'Number or MBID' }).fill('500001');
  await admin.keyboard.press('Enter');
  await expect(table.getByRole('row')).toHaveCount(2);
  await admin.getByRole('textbox', { name: 'Number or MBID' }).fill('neither');
  await admin.keyboard.press('Enter');
  await expect(admin.getByText('neither a number nor an MBID')).toBeVisible();
});

test('parked submissions are told of and tried again, one and all', async ({ admin, stage }) => {
  await park(stage, 3);
  await admin.emulateMedia({ colorScheme: 'dark' });
  await admin.goto('/submissions?state=parked');
  await expect(admin.getByText('3 submissions could not be imported')).toBeVisible();
  await expect(admin.getByText('the disk is full').first()).toBeVisible();
  await expectAccessible(admin);
  await admin
    .getByRole('button', { name: /^Try again: submission/ })
    .first()
    .click();
  await expect(admin.getByText('2 submissions could not be imported')).toBeVisible();
  await admin.getByRole('button', { name: 'Try all again' }).click();
  await expect(admin.getByRole('heading', { name: 'No submission is like this' })).toBeVisible();
  await admin.getByRole('button', { name: 'Clear the filters' }).click();
  // They have neither account nor application here, so that is what becomes of them.
  await expect(
    admin.getByRole('table').getByText('Skipped').or(admin.getByText('Imported')),
  ).not.toHaveCount(0);
});

test('the details show what was submitted as text, whatever it is', async ({ admin, stage }) => {
  const title = '<img src=x onerror="document.title=1">';
  await park(stage, 1, title);
  await admin.goto('/submissions');
  await admin.getByRole('button', { name: /^Details of submission/ }).click();
  const drawer = admin.getByRole('dialog');
  await expect(drawer.getByText(title)).toBeVisible();
  await expect(drawer.getByText(MBID)).toBeVisible();
  await expect(drawer.getByText('tried 5 times')).toBeVisible();
  await expect(drawer.locator('img')).toHaveCount(0);
  await expectAccessible(admin);
  await admin.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
});
