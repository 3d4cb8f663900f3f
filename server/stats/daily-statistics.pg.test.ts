import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReferenceData, loadDataset } from '../../e2e/harness/dataset.ts';
import { startService } from '../../e2e/harness/service.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { fingerprintText, syntheticHashes } from '../../e2e/harness/synthetic-fingerprint.ts';
import { carrySubmissionCounts } from './account-submissions.ts';
import { recordDailyStatistics } from './daily-statistics.ts';

const never = new AbortController().signal;

let service: TestService;

beforeAll(async () => {
  service = await startService();
});

afterAll(async () => {
  await service[Symbol.asyncDispose]();
});

async function statsOf(date: string): Promise<Record<string, number>> {
  const { rows } = await service.context.databases.app.pool.query<{ name: string; value: number }>(
    'select name, value from stats where date = $1',
    [date],
  );
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

test('submissions are counted for their account once, however often that is asked', async () => {
  const { app, ingest } = service.context.databases;
  const submit = async (seed: number): Promise<void> => {
    const ids = await service.api.submit({
      'fingerprint.0': fingerprintText(syntheticHashes(seed)),
      'duration.0': 100 + seed * 20,
      'track.0': 'A title',
    });
    await service.api.untilImported(ids);
  };
  const counts = async (): Promise<unknown> => {
    await carrySubmissionCounts(ingest.pool, app.pool, never);
    const { rows } = await app.pool.query(
      `select a.submission_count, t.count from account a
       left join stats_top_accounts t on t.account_id = a.id`,
    );
    return rows;
  };
  // What was counted before the appliance, by an import of older data, stays.
  await app.pool.query('update account set submission_count = 7');
  expect(await counts()).toEqual([{ submission_count: 7, count: 7 }]);
  await submit(1);
  await submit(2);
  await submit(2);
  expect(await counts()).toEqual([{ submission_count: 10, count: 10 }]);
  const twice = Promise.all([
    carrySubmissionCounts(ingest.pool, app.pool, never),
    carrySubmissionCounts(ingest.pool, app.pool, never),
  ]);
  await twice;
  await submit(3);
  expect(await counts()).toEqual([{ submission_count: 11, count: 11 }]);
});

test('the statistics of a day are taken again rather than doubled', async () => {
  const { databases } = service.context;
  const first = await recordDailyStatistics(databases, '2026-11-20', never);
  await databases.app.pool.query(`insert into account (name, apikey) values ('New', 'new-key')`);
  const second = await recordDailyStatistics(databases, '2026-11-20', never);
  expect(second['account.all']).toBe((first['account.all'] ?? 0) + 1);
  expect(await statsOf('2026-11-20')).toEqual(second);
});

describe.skipIf(!hasReferenceData())('of the recorded rows', () => {
  test('every name has its value, and the links of all tracks and MBIDs add up', async () => {
    const { databases } = service.context;
    await loadDataset(service.databases);
    await recordDailyStatistics(databases, '2026-11-21', never);
    const stats = await statsOf('2026-11-21');
    const one = async (pool: keyof typeof databases & string, sql: string): Promise<number> => {
      const { rows } = await databases[pool as 'app'].pool.query<{ n: number }>(sql);
      return rows[0]?.n ?? -1;
    };
    const disabledMbids = await one(
      'fingerprint',
      `select count(*) as n from (
         select mbid from track_mbid group by mbid having bool_and(disabled)) d`,
    );
    const names = ['account.all', 'account.musicbrainz', 'account.openid', 'account.active'].concat(
      ['application.all', 'format.all', 'fingerprint.all', 'fingerprint.count', 'track_mbid.all'],
      ['mbid.all', 'track.all', 'track.count', 'submission.all', 'submission.unhandled'],
      ['submission.count', 'lookup.count'],
    );
    for (let links = 0; links <= 10; links += 1) {
      names.push(`mbid.${links}tracks`, `track.${links}mbids`);
    }
    expect(Object.keys(stats).sort()).toEqual(names.sort());
    const sum = (pattern: RegExp): number =>
      Object.entries(stats).reduce((all, [name, n]) => all + (pattern.test(name) ? n : 0), 0);
    expect(sum(/^track\.\d+mbids$/)).toBe(stats['track.all']);
    expect(sum(/^mbid\.\d+tracks$/)).toBe((stats['mbid.all'] ?? 0) - disabledMbids);
    expect(stats['lookup.count']).toBe(
      await one('app', 'select sum(count_hits + count_misses)::int8 as n from stats_lookups'),
    );
    expect(stats['track.all']).toBe(await one('fingerprint', 'select count(*) as n from track'));
    expect(stats['account.active']).toBe(
      await one('fingerprint', 'select count(distinct account_id) as n from source'),
    );
  });
});
