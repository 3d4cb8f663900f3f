/** Where the time of a lookup goes, step by step in this process, against the same parts. */
import { openDatabases } from '../../server/db/databases.ts';
import type { RunFile } from '../../server/config/run-file.ts';
import { decodeFingerprint } from '../../server/fingerprint/codec.ts';
import { compareMany } from '../../server/fingerprint/compare.ts';
import { extractQuery } from '../../server/fingerprint/query.ts';
import { writePythonJson } from '../../server/http/python-json.ts';
import { renderMetadata } from '../../server/http/v2/render-recordings.ts';
import { IndexClient } from '../../server/index/client.ts';
import { listCandidatesOf } from '../../server/lookup/candidate-queries.ts';
import { loadMetadata } from '../../server/lookup/metadata.ts';
import { readMeta } from '../../server/lookup/meta-request.ts';
import { INDEX_SEARCH, OFFSET_MAX } from '../../server/lookup/search.ts';

export interface Asked {
  readonly fingerprint: string;
  readonly durationSeconds: number;
}

const TOLERANCE_SECONDS = 7;

/** Mean microseconds of each step over these lookups, by its name, in order. */
export async function measureBudget(
  run: RunFile,
  lookups: readonly Asked[],
  metaText: string,
): Promise<ReadonlyMap<string, number>> {
  await using databases = openDatabases(run.postgres);
  await using index = new IndexClient(run.index, 'main');
  const meta = readMeta(metaText);
  const spent = new Map<string, number>();
  const time = async <T>(step: string, work: () => T | Promise<T>): Promise<T> => {
    const begun = performance.now();
    const result = await work();
    spent.set(step, (spent.get(step) ?? 0) + (performance.now() - begun) * 1000);
    return result;
  };
  const parts = {
    fingerprint: databases.fingerprint.pool,
    musicbrainz: databases.musicbrainz.pool,
    missingMbids: () => undefined,
  };
  const lookUp = async ({ durationSeconds, fingerprint }: Asked): Promise<void> => {
    const { hashes } = await time('decode', () => decodeFingerprint(fingerprint));
    const query = await time('query hashes', () => extractQuery(hashes));
    const hits = await time('index', () =>
      index.search(query, { ...INDEX_SEARCH, timeoutMs: 1000 }),
    );
    const [candidates = []] = await time('SQL candidates', () =>
      listCandidatesOf(
        parts.fingerprint,
        [
          {
            ids: hits.map(({ id }) => id),
            lengthSeconds: durationSeconds,
            toleranceSeconds: TOLERANCE_SECONDS,
          },
        ],
        meta.shape !== 'none',
      ),
    );
    const vectors = candidates.map((candidate) => candidate.hashes);
    await time('compare', () => compareMany(hashes, vectors, OFFSET_MAX));
    const tracks = candidates.map(({ links, track_id }) => ({ links, trackId: track_id }));
    const options = { canonical: false };
    const metadata = await time('metadata', () => loadMetadata(parts, tracks, meta, options));
    const order = { rank: false, explain: false, durationSeconds };
    await time('render', () =>
      writePythonJson(tracks.map(({ trackId }) => renderMetadata(trackId, metadata, meta, order))),
    );
  };
  for (const each of lookups) await lookUp(each);
  spent.clear();
  for (const each of lookups) {
    await lookUp(each);
    // The floor under the steps that leave the process, in the same moment of a busy machine.
    await time('(least round trip: index', () => index.findInfo());
    await time('PostgreSQL)', () => parts.fingerprint.query({ name: 'least', text: 'select 1' }));
  }
  return new Map([...spent].map(([step, us]) => [step, us / lookups.length]));
}
