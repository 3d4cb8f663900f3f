import type { Page } from '@playwright/test';
import { insertAccount } from '../server/account/account-queries.ts';
import { openSession } from '../server/account/session.ts';
import { expect, expectAccessible, test } from './fixtures.ts';
import {
  insertSuspects,
  removeSuspects,
  SUSPECT_RECORDINGS,
  SUSPECT_TRACKS,
} from './harness/suspicious-tracks.ts';

test.beforeEach(({ stage }) => insertSuspects(stage.databases));
test.afterAll(({ stage }) => removeSuspects(stage.databases));

function cases(page: Page) {
  return page.getByRole('list', { name: 'Cases' }).getByRole('listitem');
}

function queue(page: Page, name: RegExp) {
  return page.getByRole('radiogroup', { name: 'Which cases' }).getByText(name);
}

async function apply(page: Page, note: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Note').fill(note);
  await dialog.getByRole('button', { name: 'Apply' }).click();
  await expect(dialog).toBeHidden();
}

test('a moderator works by keyboard alone: walks, merges, unlinks, dismisses, undoes', async ({
  admin,
}) => {
  await admin.goto('/moderation?kind=track_merge');
  await expect(cases(admin)).toHaveCount(1);
  await admin.keyboard.press('?');
  await expect(admin.getByRole('dialog', { name: 'Keys' })).toContainText('undo the last act');
  await admin.keyboard.press('Escape');
  await expect(admin.getByRole('dialog')).toBeHidden();
  await admin.keyboard.press('m');
  const dialog = admin.getByRole('dialog');
  await expect(dialog.getByText('1 fingerprint moves')).toBeVisible();
  // These are keys of the page, too; in a field they are letters.
  await admin.keyboard.type('jazz, a mau5 remake');
  await expect(dialog.getByLabel('Note')).toHaveValue('jazz, a mau5 remake');
  await admin.keyboard.press('Enter');
  await expect(admin.getByRole('alert').getByText(/^Act \d+ is done$/)).toBeVisible();
  await expect(admin.getByRole('heading', { name: 'Nothing looks wrong' })).toBeVisible();
  await admin.keyboard.press('z');
  await expect(admin.getByText(/^Act \d+ is undone$/)).toBeVisible();
  await expect(cases(admin)).toHaveCount(1);
  await admin.goto('/moderation');
  await expect(cases(admin)).toHaveCount(5);
  const current = cases(admin).locator('[aria-current]');
  const first = await current.textContent();
  await admin.keyboard.press('j');
  await expect(current).not.toHaveText(first ?? '');
  await admin.keyboard.press('k');
  await expect(current).toHaveText(first ?? '');
  await admin.keyboard.press('d');
  await admin.keyboard.type('it is a medley');
  await admin.keyboard.press('Enter');
  await expect(cases(admin)).toHaveCount(4);
  await expect(current).not.toHaveText(first ?? '');
});

test('a key for another kind of act says so and does nothing', async ({ admin }) => {
  await admin.goto('/moderation?kind=link_length');
  await expect(cases(admin)).toHaveCount(1);
  await admin.keyboard.press('m');
  await expect(admin.getByText('is another kind of act')).toBeVisible();
  await expect(admin.getByRole('dialog')).toBeHidden();
  await admin.keyboard.press('u');
  await expect(admin.getByRole('dialog')).toContainText('Disable the link of track');
});

test('the evidence of each kind is shown, on both sides, with the numbers', async ({ admin }) => {
  await admin.goto('/moderation');
  const panel = admin.getByRole('region', { name: /^Case \d+$/ });
  await queue(admin, /^Length 1$/).click();
  await expect(panel).toContainText('The recording is 2:46 long');
  await expect(panel.getByRole('region', { name: 'The linked recording' })).toContainText('ABBA');
  await expect(panel.getByRole('region', { name: 'The track’s fingerprints' })).toContainText(
    '2:05',
  );
  await queue(admin, /^Lone link 1$/).click();
  await expect(panel.getByRole('region', { name: 'What users typed' })).toContainText('Abba');
  await queue(admin, /^Split 1$/).click();
  await expect(panel.getByRole('table')).toContainText('0.98');
  await expect(panel.getByRole('region', { name: 'Cluster 2' })).toBeVisible();
  await expectAccessible(admin);
  await queue(admin, /^Merge 1$/).click();
  await expect(panel).toContainText('both are linked to the same recording');
  await queue(admin, /^Texts 1$/).click();
  await expect(panel.getByRole('row')).toHaveCount(3);
  await expect(admin).toHaveURL(/kind=duplicate_metas/);
});

test('the preview tells what would change, row by row, and changes nothing', async ({
  admin,
  stage,
}) => {
  await admin.goto('/moderation?kind=track_merge');
  await admin.getByRole('button', { name: /^Review and apply/ }).click();
  const dialog = admin.getByRole('dialog');
  await dialog.getByText('2 tracks change').click();
  await expect(dialog.getByRole('table')).toContainText(`new_id: – ${SUSPECT_TRACKS.merge}`);
  await expect(dialog.getByRole('button', { name: 'Apply' })).toBeDisabled();
  await expectAccessible(admin);
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(dialog).toBeHidden();
  const { rows } = await stage.databases.app.pool.query('select from moderation_act');
  expect(rows).toEqual([]);
});

test('a done act is taken back by the button of its notice', async ({ admin }) => {
  await admin.goto('/moderation?kind=lone_link');
  await admin.getByRole('button', { name: /^Review and apply/ }).click();
  await apply(admin, 'nobody typed that');
  await expect(cases(admin)).toHaveCount(0);
  await admin.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(cases(admin)).toHaveCount(1);
});

test('several cases are chosen, previewed together, and mended as one act', async ({ admin }) => {
  await admin.goto('/moderation');
  await cases(admin).filter({ hasText: 'Texts that say the same' }).getByRole('checkbox').check();
  await cases(admin).filter({ hasText: 'one user alone' }).getByRole('checkbox').check();
  await expect(admin.getByRole('status').getByText('2 cases chosen')).toBeVisible();
  await admin.getByRole('button', { name: 'Review 2' }).click();
  await expect(admin.getByRole('dialog')).toContainText('2 acts together');
  await apply(admin, 'both checked');
  await expect(cases(admin)).toHaveCount(3);
  await admin.getByRole('link', { name: 'Log of acts' }).click();
  await expect(admin.getByRole('row', { name: /2 acts together/ })).toContainText('both checked');
});

test('a case is dismissed with a reason, found again and reopened', async ({ admin }) => {
  await admin.goto('/moderation?kind=track_split');
  await admin.getByRole('button', { name: /^Dismiss/ }).click();
  await admin.getByRole('dialog').getByLabel('Reason').fill('a medley');
  await admin.getByRole('dialog').getByRole('button', { name: 'Dismiss' }).click();
  await expect(admin.getByRole('heading', { name: 'Nothing looks wrong' })).toBeVisible();
  await admin.getByText('Dismissed', { exact: true }).click();
  await expect(admin.getByText('Anna: a medley')).toBeVisible();
  await admin.getByRole('button', { name: /^Reopen/ }).click();
  await admin.getByRole('dialog').getByLabel('Reason').fill('look again');
  await admin.getByRole('dialog').getByRole('button', { name: 'Reopen' }).click();
  await expect(admin.getByRole('heading', { name: 'Nothing is dismissed' })).toBeVisible();
});

test('what users typed stays text, however it looks', async ({ admin, stage }) => {
  const title = '<img src=x onerror="document.title=1">{count, plural, other {#}}';
  await insertSuspects(stage.databases, { title, artist: '<script>alert(1)</script>' });
  await admin.goto('/moderation?kind=lone_link');
  const typed = admin.getByRole('region', { name: 'What users typed' });
  await expect(typed.getByText(title)).toBeVisible();
  await expect(typed.getByText('<script>alert(1)</script>')).toBeVisible();
  await expect(admin.locator('main img')).toHaveCount(0);
  await expect(admin).toHaveTitle('Moderation · AcoustID');
});

test('an act is looked up in the log, undone with a reason, and done again', async ({ admin }) => {
  await admin.emulateMedia({ colorScheme: 'dark' });
  await admin.goto('/moderation?kind=link_length');
  await admin.getByRole('button', { name: /^Review and apply/ }).click();
  await apply(admin, 'far too long');
  await admin.goto('/moderation/log');
  await admin.getByLabel('Note').fill('FAR TOO');
  await expect(admin).toHaveURL(/q=FAR/);
  await admin.getByRole('button', { name: /^Details of act/ }).click();
  const drawer = admin.getByRole('dialog');
  await expect(drawer).toContainText('1 link to a recording changes');
  await drawer.getByRole('button', { name: 'Undo…' }).click();
  await drawer.getByLabel('Reason').fill('it is a long version');
  await expectAccessible(admin);
  await drawer.getByRole('button', { name: 'Undo', exact: true }).click();
  await expect(drawer.getByText(/^Undo act \d+$/)).toBeVisible();
  await drawer.getByRole('button', { name: 'Do it again…' }).click();
  await drawer.getByLabel('Reason').fill('no, it was right');
  await drawer.getByRole('button', { name: 'Do it again', exact: true }).click();
  await expect(admin.getByText('Done again')).toBeVisible();
  await admin.keyboard.press('Escape');
  await admin.getByLabel('Note').fill('');
  await expect(admin.getByRole('row')).toHaveCount(4);
  await expectAccessible(admin);
});

test('an undo that later acts stand against names them and leads there', async ({ admin }) => {
  const merge = async (target: number, source: number): Promise<void> => {
    await admin.goto(`/moderation/act?kind=track_merge&target=${target}&sources=${source}`);
    await admin.getByRole('button', { name: 'Show what this would change' }).click();
    await admin.getByLabel('Note').fill('the same');
    await admin.getByRole('button', { name: 'Apply' }).click();
    await expect(admin.getByText(/^Act \d+ is done$/)).toBeVisible();
  };
  await merge(SUSPECT_TRACKS.merge, SUSPECT_TRACKS.mergeOther);
  await merge(SUSPECT_TRACKS.length, SUSPECT_TRACKS.merge);
  await admin.goto('/moderation/log');
  await admin
    .getByRole('button', { name: /^Details of act/ })
    .nth(1)
    .click();
  const drawer = admin.getByRole('dialog');
  await drawer.getByRole('button', { name: 'Undo…' }).click();
  const conflict = drawer.getByRole('alert');
  await expect(conflict).toContainText('cannot be undone any more');
  await conflict.getByRole('button', { name: /^Act \d+$/ }).click();
  await expect(drawer).toContainText(`into track ${SUSPECT_TRACKS.length}`);
  await expect(drawer.getByRole('button', { name: 'Undo…' })).toBeVisible();
});

test('an act that nothing suggests is filled in by its address, and refused where it is wrong', async ({
  admin,
}) => {
  const { waterloo } = SUSPECT_RECORDINGS;
  await admin.setViewportSize({ width: 1024, height: 700 });
  await admin.goto(
    `/moderation/act?kind=link_enable&track=${SUSPECT_TRACKS.lone}&mbid=${waterloo}`,
  );
  await admin.getByRole('button', { name: 'Show what this would change' }).click();
  await expect(admin.getByRole('alert')).toContainText('is enabled already');
  await admin.getByRole('combobox', { name: 'What' }).click();
  await admin.getByRole('option', { name: 'Disable a link' }).click();
  await admin.getByRole('button', { name: 'Show what this would change' }).click();
  await expect(admin.getByText('1 link to a recording changes')).toBeVisible();
  await expectAccessible(admin);
});

test('fingerprints that leave a track are ticked', async ({ admin, stage }) => {
  const { rows } = await stage.databases.fingerprint.pool.query<{ gid: string }>(
    'select gid from track where id = $1',
    [SUSPECT_TRACKS.split],
  );
  await admin.goto(`/moderation/act?kind=track_split&track=${rows[0]?.gid}`);
  const choice = admin.getByRole('group', { name: 'Fingerprints that go to a new track' });
  // What is ticked is in the address, and the box follows it.
  await choice.getByRole('checkbox').first().click();
  await expect(choice.getByRole('checkbox').first()).toBeChecked();
  await expect(admin).toHaveURL(/fingerprints=\d+/);
  await admin.getByRole('button', { name: 'Show what this would change' }).click();
  await expect(admin.getByText('1 fingerprint moves')).toBeVisible();
});

test('somebody who is no moderator is sent to the sign-in', async ({ context, stage, visitor }) => {
  const app = stage.databases.app.pool;
  const { id } = await insertAccount(app, `Ursula ${Date.now()}`);
  const { token } = await openSession(app, id, {
    ip: '127.0.0.1',
    now: Date.now(),
    userAgent: 'Playwright',
  });
  await context.addCookies([
    { name: 'acoustid_session', value: token, url: stage.appliance.api, httpOnly: true },
  ]);
  for (const path of ['/moderation', '/moderation/log', '/moderation/act', '/submissions']) {
    await visitor.goto(path);
    await expect(visitor).toHaveURL(/\/login\?to=/);
  }
  await expect(visitor.getByRole('link', { name: 'Moderation' })).toHaveCount(0);
});

test('the queues fit a small window, in both themes', async ({ admin }) => {
  await admin.setViewportSize({ width: 1024, height: 700 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await admin.emulateMedia({ colorScheme });
    await admin.goto('/moderation?kind=link_length');
    await expect(cases(admin)).toHaveCount(1);
    await expect(admin.getByRole('region', { name: 'The linked recording' })).toBeVisible();
    const overflow = await admin.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    expect(overflow).toBe(0);
    await expectAccessible(admin);
  }
});
