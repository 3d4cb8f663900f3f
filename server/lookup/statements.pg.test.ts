import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { hasReferenceData } from '../../e2e/harness/dataset.ts';
import { startRecordedService } from '../../e2e/harness/replay.ts';
import type { TestService } from '../../e2e/harness/service.ts';
import { DATABASE_NAMES } from '../config/settings.ts';
import { encodeFingerprint } from '../fingerprint/codec.ts';

/** Application key apart, which is cached. */
const STATEMENTS_MAX = 5;
/** Of an application in the recorded rows. */
const KEY = 'PicardKey01';
const EVERYTHING = 'recordings releasegroups releases tracks compress sources isrcs usermeta';

let service: TestService;

describe.skipIf(!hasReferenceData())('statements of one lookup', () => {
  beforeAll(async () => {
    service = await startRecordedService({ roles: ['api'] });
  });

  afterAll(async () => {
    await service[Symbol.asyncDispose]();
  });

  test('are as few for twenty fingerprints and a hundred tracks as for one of each', async () => {
    const { rows: fingerprints } = await query<{ hashes: number[]; length: number }>(
      'select fingerprint as hashes, length from fingerprint order by id limit 20',
    );
    const { rows: tracks } = await query<{ gid: string }>('select gid from track limit 100');
    const one = await countStatements({
      fingerprints: fingerprints.slice(0, 1),
      tracks: tracks.slice(0, 1),
    });
    const all = await countStatements({ fingerprints, tracks });
    expect(one.results).toBeGreaterThan(1);
    expect(all.results).toBeGreaterThan(70);
    expect(one.statements).toBeLessThanOrEqual(STATEMENTS_MAX);
    expect(all.statements).toBeLessThanOrEqual(STATEMENTS_MAX);
  });
});

interface Asked {
  readonly fingerprints: readonly { readonly hashes: readonly number[]; readonly length: number }[];
  readonly tracks: readonly { readonly gid: string }[];
}

/** Looks all of it up in one request, counting statements on every database. */
async function countStatements(
  asked: Asked,
): Promise<{ readonly statements: number; readonly results: number }> {
  const fields: Record<string, string> = { client: KEY, batch: '1', meta: EVERYTHING };
  for (const [at, { hashes, length }] of asked.fingerprints.entries()) {
    fields[`fingerprint.${at}`] = encodeFingerprint({
      version: 1,
      hashes: Uint32Array.from(hashes),
    });
    fields[`duration.${at}`] = String(length);
  }
  for (const [at, { gid }] of asked.tracks.entries()) fields[`trackid.${1000 + at}`] = gid;
  // The first request resolves the key; it is remembered for the second.
  await service.api.post('/v2/lookup', fields);
  const spies = DATABASE_NAMES.map((name) =>
    vi.spyOn(service.context.databases[name].pool, 'query'),
  );
  const { text } = await service.api.post('/v2/lookup', fields);
  const statements = spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  for (const spy of spies) spy.mockRestore();
  // The public shape of a batch.
  const answer = JSON.parse(text) as { fingerprints: { results: unknown[] }[] };
  return { statements, results: answer.fingerprints.flatMap(({ results }) => results).length };
}

async function query<Row extends object>(sql: string): Promise<{ rows: Row[] }> {
  return service.context.databases.fingerprint.pool.query<Row>(sql);
}
