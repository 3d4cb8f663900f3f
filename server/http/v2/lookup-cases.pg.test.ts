import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReferenceData } from '../../../e2e/harness/dataset.ts';
import { CaseStage, httpCases, withDifferences } from '../../../e2e/harness/http-cases.ts';
import type { Difference } from '../../../e2e/harness/http-cases.ts';

const ARTIST = { id: 'b1b1b1b1-0000-4000-8000-000000000001', name: 'Ártist One' };
const COMPRESSED = {
  results: [
    {
      id: '92732e4b-97c6-4250-b237-1636384d466f',
      recordings: [
        {
          artists: [ARTIST],
          duration: 183.456,
          id: 'a1a1a1a1-0000-4000-8000-000000000001',
          releasegroups: [
            {
              id: 'c1c1c1c1-0000-4000-8000-000000000001',
              releases: [
                { id: 'd1d1d1d1-0000-4000-8000-000000000001' },
                { id: 'd1d1d1d1-0000-4000-8000-000000000002' },
              ],
              title: 'Group One',
              type: 'Album',
            },
            {
              artists: [{ id: 'b1b1b1b1-0000-4000-8000-000000000002', name: 'Artist Two' }],
              id: 'c1c1c1c1-0000-4000-8000-000000000002',
              releases: [{ id: 'd1d1d1d1-0000-4000-8000-000000000003' }],
              secondarytypes: ['Compilation'],
              title: 'Group Two',
            },
          ],
          title: 'Song ¿One?',
        },
        { id: 'a1a1a1a1-0000-4000-8000-000000000002' },
      ],
      score: 1,
    },
  ],
  status: 'ok',
};

/** Upstream's faults and what we answer instead (docs/api.md). */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  v2_lookup_unknown_format: unknownFormat('xls'),
  lookup_format_empty_string: unknownFormat(''),
  lookup_format_uppercase: unknownFormat('JSON'),
  trackid_merged_chain_follows_one_hop_only: {
    reason: 'merging keeps chains flat, so the id of a chain finds the track at its end',
    expect: {
      json: {
        results: [
          {
            id: '11111111-0000-4000-8000-000000000011',
            recordings: [{ id: 'b81f83ee-4da4-11e0-9ed8-0025225356f3' }],
            score: 1,
          },
        ],
        status: 'ok',
      },
    },
  },
  meta_recordings_releasegroups_releaseids_compress: {
    reason: 'compress takes repeated artists from every release group, not the last alone',
    expect: { json: COMPRESSED },
  },
  gzip_truncated: {
    reason: 'a broken body is the sender’s fault',
    expect: { status: 400, content_type: 'text/html; charset=utf-8' },
  },
  gzip_corrupt: {
    reason: 'a broken body is the sender’s fault',
    expect: { status: 400, content_type: 'text/html; charset=utf-8' },
  },
  demo_client_key_yesterday: {
    reason: 'the site promises that its key works for some days',
    expect: {
      status: 200,
      json: { results: [{ id: 'eb31d1c3-950e-468b-9e36-e46fa75b1291', score: 1 }], status: 'ok' },
    },
  },
};

let stage: CaseStage;

describe.skipIf(!hasReferenceData())('recorded lookups', () => {
  beforeAll(async () => {
    stage = await CaseStage.open();
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  const recordedCases = hasReferenceData()
    ? httpCases(({ path }) => /^\/*v2\/+lookup\/?$/i.test(path))
    : [];
  const cases = withDifferences(recordedCases, hasReferenceData() ? DIFFERENCES : {});

  test.each(cases)('$name is answered as recorded', async (recorded) => {
    expect(await stage.play(recorded)).toEqual([]);
  });
});

function unknownFormat(sent: string): Difference {
  const error = { code: 1, message: `unknown format "${sent}"` };
  return {
    reason: 'the message names what was sent',
    expect: { json: { error, status: 'error' } },
  };
}
