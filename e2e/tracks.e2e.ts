import type { Databases } from '../server/db/databases.ts';
import { expect, expectAccessible, test } from './fixtures.ts';

const MANY = 100_000;
/** Far from the ids of the songs that every story has. */
const MANY_FROM = 1_000_000;

async function gidOf({ fingerprint }: Databases, id: number): Promise<string> {
  const { rows } = await fingerprint.pool.query<{ gid: string }>(
    'select gid from track where id = $1',
    [id],
  );
  return rows[0]!.gid;
}

test('a visitor finds a track by words and opens it', async ({ visitor }) => {
  await visitor.goto('/tracks');
  await expect(visitor.getByRole('link', { name: 'Song 120', exact: true })).toBeVisible();
  await expectAccessible(visitor);
  await visitor.getByRole('searchbox', { name: 'Search' }).fill('artist 14 song');
  await expect(visitor.getByRole('link', { name: 'Song 120', exact: true })).toHaveCount(0);
  await expect(visitor).toHaveURL(/q=artist\+14\+song/);
  await visitor.getByRole('searchbox', { name: 'Search' }).fill('song 7 artists');
  await visitor.getByRole('link', { name: 'Song 7', exact: true }).click();
  await expect(visitor.getByRole('heading', { name: 'Song 7', level: 1 })).toBeVisible();
  await expect(
    visitor.getByRole('region', { name: 'Recordings' }).getByRole('link').first(),
  ).toHaveAttribute('rel', /noopener/);
  await expectAccessible(visitor);
});

test('ids of every kind lead to the track', async ({ stage, visitor }) => {
  const gid = await gidOf(stage.databases, 9);
  const { rows } = await stage.databases.fingerprint.pool.query<{ mbid: string }>(
    'select mbid from track_mbid where track_id = 9',
  );
  for (const q of [gid, rows[0]!.mbid, '#9']) {
    await visitor.goto(`/tracks?q=${encodeURIComponent(q)}`);
    await expect(visitor.getByRole('link', { name: 'Song 9', exact: true })).toBeVisible();
  }
});

test('a search without a result says what to do, in the dark as well', async ({ visitor }) => {
  await visitor.emulateMedia({ colorScheme: 'dark' });
  await visitor.setViewportSize({ width: 1024, height: 700 });
  await visitor.goto('/tracks?q=nobody+sang+this');
  await expect(visitor.getByRole('heading', { name: 'Nothing found' })).toBeVisible();
  await expectAccessible(visitor);
  await visitor.getByRole('searchbox', { name: 'Search' }).fill('');
  await expect(visitor.getByRole('link', { name: 'Song 120', exact: true })).toBeVisible();
  await expectAccessible(visitor);
});

test('a merged id tells what it was merged into', async ({ stage, visitor }) => {
  const { pool } = stage.databases.fingerprint;
  const into = await gidOf(stage.databases, 11);
  const { rows } = await pool.query<{ gid: string }>(
    'insert into track (id, gid, new_id) values (5000, gen_random_uuid(), 11) returning gid',
  );
  await visitor.goto(`/tracks/${rows[0]!.gid}`);
  await expect(visitor.getByRole('alert')).toContainText(`merged into ${into}`);
  await visitor.getByRole('alert').getByRole('link').click();
  await expect(visitor).toHaveURL(new RegExp(into));
  await expect(visitor.getByRole('alert')).toHaveCount(0);
});

test('what users wrote is text, and who changed a link is told to those signed in', async ({
  admin,
  stage,
}) => {
  const { pool } = stage.databases.fingerprint;
  const hostile = '<img src=x onerror=alert(1)>';
  await pool.query(
    `with m as (insert into meta (track, artist) values ($1, 'Users') returning id)
     insert into track_meta (track_id, meta_id) select 12, id from m`,
    [hostile],
  );
  await pool.query(
    `insert into track_mbid_change (track_mbid_id, account_id, disabled, note)
     select min(id), $1, true, $2 from track_mbid where track_id = 12`,
    [stage.accountId, hostile],
  );
  await admin.emulateMedia({ colorScheme: 'dark' });
  await admin.goto(`/tracks/${await gidOf(stage.databases, 12)}`);
  await expect(
    admin.getByRole('region', { name: 'What users wrote' }).getByText(hostile),
  ).toBeVisible();
  const history = admin.getByRole('region', { name: 'History' });
  await expect(history.getByRole('cell', { name: 'Anna' })).toBeVisible();
  await expect(history.getByText(hostile)).toBeVisible();
  await expectAccessible(admin);
});

test('two fingerprints of a track are chosen and compared', async ({ stage, visitor }) => {
  const { pool } = stage.databases.fingerprint;
  await pool.query('update fingerprint set track_id = 14 where id = 15');
  await visitor.goto(`/tracks/${await gidOf(stage.databases, 14)}`);
  await visitor.getByRole('checkbox', { name: 'Choose fingerprint 14' }).check();
  await expect(visitor.getByRole('button', { name: 'Choose two' })).toBeDisabled();
  await visitor.getByRole('checkbox', { name: 'Choose fingerprint 15' }).check();
  await visitor.getByRole('link', { name: 'Compare the two' }).click();
  await expect(visitor).toHaveURL(/\/compare\/14\/15$/);
  await pool.query('update fingerprint set track_id = 15 where id = 15');
});

test('a track that is not there is told as such', async ({ visitor }) => {
  await visitor.goto('/tracks/00000000-0000-4000-8000-00000000abcd');
  await expect(visitor.getByRole('alert')).toContainText('There is no such thing here');
});

test.describe('with a hundred thousand tracks', () => {
  test.beforeAll(async ({ stage }) => {
    const { fingerprint, musicbrainz } = stage.databases;
    await fingerprint.pool.query(
      `insert into track (id, gid) select n, md5('many' || n)::uuid
       from generate_series($1::int, $2::int) n`,
      [MANY_FROM, MANY_FROM + MANY - 1],
    );
    await fingerprint.pool.query(
      `insert into track_mbid (track_id, mbid) select n, md5('known' || n)::uuid
       from generate_series($1::int, $2::int) n`,
      [MANY_FROM, MANY_FROM + MANY - 1],
    );
    await musicbrainz.pool.query(
      `insert into musicbrainz.recording (id, gid, name, artist_credit, length)
       select n, md5('known' || n)::uuid, 'Common tune ' || n, 1 + n % 100, 200000
       from generate_series($1::int, $2::int) n`,
      [MANY_FROM, MANY_FROM + MANY - 1],
    );
    await fingerprint.pool.query('analyze track, track_mbid');
    await musicbrainz.pool.query('analyze musicbrainz.recording');
  });

  test.afterAll(async ({ stage }) => {
    const { fingerprint, musicbrainz } = stage.databases;
    await fingerprint.pool.query('delete from track where id >= $1', [MANY_FROM]);
    await musicbrainz.pool.query('delete from musicbrainz.recording where id >= $1', [MANY_FROM]);
  });

  test('one of them is found by its words at once', async ({ visitor }) => {
    await visitor.goto('/tracks?q=common+tune+1054321');
    await expect(visitor.getByRole('link', { name: 'Common tune 1054321' })).toBeVisible();
    await visitor.getByRole('searchbox', { name: 'Search' }).fill('common tune');
    await expect(visitor.getByText('100 tracks shown, more as you scroll')).toBeVisible();
  });

  test('a long list is scrolled, and only what is in sight is in the page', async ({ visitor }) => {
    await visitor.goto('/tracks');
    const list = visitor.getByRole('region', { name: 'Tracks' });
    await expect(
      list.getByRole('link', { name: `Common tune ${MANY_FROM + MANY - 1}` }),
    ).toBeVisible();
    // Each end that is reached brings the next page.
    await expect(async () => {
      await list.evaluate((element) => element.scrollTo(0, element.scrollHeight));
      await expect(
        visitor.getByRole('status').filter({ hasText: /1,[5-9]\d\d tracks/ }),
      ).toBeVisible({
        timeout: 500,
      });
    }).toPass();
    await list.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
    const middle = list.getByRole('row').nth(20);
    await expect(middle).toHaveAttribute('aria-rowindex', /^[5-9]\d\d$|^1\d\d\d$/);
    // Rows keep their place however many are not there.
    const index = Number(await middle.getAttribute('aria-rowindex'));
    await expect(middle).toContainText(`Common tune ${MANY_FROM + MANY + 1 - index}`);
    await expect(middle).toBeInViewport();
    expect(await list.getByRole('row').count()).toBeLessThan(80);
  });
});
