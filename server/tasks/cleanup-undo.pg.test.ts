import { expect, test } from 'vitest';
import { insertLinkedTracks } from '../../e2e/harness/linked-tracks.ts';
import { createTestDatabases } from '../../e2e/harness/postgres.ts';
import { openDatabases } from '../db/databases.ts';
import { applyAct, undoAct } from '../moderation/moderation.ts';
import { deleteOrphanedMetas } from './cleanup-queries.ts';

const BY = { accountId: null, note: 'the same words' };

test('metadata that an act took from its last track is kept, so that the act can be undone', async () => {
  await using testDatabases = await createTestDatabases();
  await using databases = openDatabases(testDatabases.urls);
  const parts = { app: databases.app.pool, fingerprint: databases.fingerprint.pool };
  await insertLinkedTracks(parts.fingerprint, 1);
  await parts.fingerprint.query(`insert into meta (track) values ('Nobody has this')`);
  await parts.fingerprint.query(`update meta set created = now() - interval '9 days'`);
  const { rows } = await parts.fingerprint.query<{ meta_id: number }>(
    'select meta_id from track_meta where track_id = 1 order by id',
  );
  const [target, ...sources] = rows.map(({ meta_id }) => meta_id);
  expect(sources).not.toEqual([]);
  const act = { kind: 'meta_merge' as const, track: 1, target: target!, sources };
  const { id } = await applyAct(parts, act, BY);
  const orphans = 4 + 1 - rows.length;
  expect(await deleteOrphanedMetas(parts.fingerprint, 1, 100)).toBe(orphans);
  await undoAct(parts, id, BY);
  const after = await parts.fingerprint.query('select meta_id from track_meta order by id');
  expect(after.rows).toEqual(rows);
});
