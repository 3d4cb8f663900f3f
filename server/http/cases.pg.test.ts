import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasReferenceData } from '../../e2e/harness/dataset.ts';
import { CaseStage, httpCases, withDifferences } from '../../e2e/harness/http-cases.ts';
import type { Difference, HttpCase } from '../../e2e/harness/http-cases.ts';
import { makeTemporaryFolder, removeTemporaryFolder } from '../../e2e/harness/temporary-folder.ts';

/** What we answer otherwise on purpose, and why (docs/api.md). */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  v2_jsonp_callback_newline_end: {
    reason: 'a callback that ends in a newline is none',
    expect: { text: 'jsonAcoustidApi({"status": "ok", "tracks": []})' },
  },
  v2_user_create_anonymous: {
    reason: 'the recorded request had no peer address, ours has one',
    expect: { rows: [] },
  },
  submit_bitrate_40000: refusal(9, 'parameter "bitrate" must be a positive integer'),
  submit_year_too_big: {
    reason: 'a year that fits no column is dropped, for it would stop the import',
    expect: { rows: [] },
  },
  list_by_mbid_uppercase_finds_nothing: {
    reason: 'MBIDs are compared as UUIDs',
    expect: { json: { status: 'ok', tracks: [{ id: 'eb31d1c3-950e-468b-9e36-e46fa75b1291' }] } },
  },
  list_by_mbid_trailing_newline_is_500: refusal(7, 'parameter "mbid" is not a valid UUID'),
  internal_create_account_unconfigured_secret_is_open: refusal(12, 'not allowed'),
  internal_check_application_uncached_is_500: {
    reason: 'the key is looked up',
    expect: { status: 200, json: { id: 1, status: 'ok' } },
  },
  internal_lookup_stats_bad_date: refusal(2, 'missing required parameter "from"'),
  import_empty_meta_skipped: {
    reason: 'a submission that is not imported gets a result with a verdict',
    expect: { rows: [] },
  },
  v3_submit: forbidden(),
  v3_submit_every_id_is_1: forbidden(),
  v3_search_bad_json_is_500: {
    reason: 'a body that is not JSON is the caller’s fault',
    expect: {
      status: 400,
      content_type: 'application/json',
      text: '{"error": "the body is not JSON"}',
    },
  },
};

let folder = '';
let stage: CaseStage;

describe.skipIf(!hasReferenceData())('recorded cases', () => {
  beforeAll(async () => {
    folder = await makeTemporaryFolder('shutdown');
    stage = await CaseStage.open({
      'rate_limiter.limit_loopback': 'yes',
      'server.trusted_proxies': '127.0.0.1, 10.0.0.1',
      'website.shutdown_file': join(folder, 'shutdown'),
    });
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
    removeTemporaryFolder(folder);
  });

  const recorded = hasReferenceData()
    ? httpCases(
        ({ app = 'api', path }) =>
          (app === 'api' || app === 'v3') && !/^\/*v2\/+lookup\/?$/i.test(path),
      )
    : [];
  const cases = withDifferences(recorded, hasReferenceData() ? DIFFERENCES : {}).map(
    withoutMetaCreated,
  );

  test.each(cases)('$name is answered as recorded', async (each) => {
    expect(await stage.play(each)).toEqual([]);
  });
});

/** The recorded rows of `meta` are older than its `created`; ours has a value in every row. */
function withoutMetaCreated(recorded: HttpCase): HttpCase {
  const { expect, ...rest } = recorded;
  if (!expect.rows) return recorded;
  const isCreated = (column: string): boolean => column.endsWith('has_created');
  const rows = expect.rows.map((table) => ({
    ...table,
    columns: table.columns.filter((column) => !isCreated(column)),
    rows: table.rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([column]) => !isCreated(column))),
    ),
  }));
  return { ...rest, expect: { ...expect, rows } };
}

/** The proper refusal in the place of an internal error, or of an open door. */
function refusal(code: number, message: string): Difference {
  return {
    reason: message,
    expect: { status: 400, json: { error: { code, message }, status: 'error' } },
  };
}

/** Keys in headers are real ones here, for what is submitted is stored. */
function forbidden(): Difference {
  return {
    reason: 'the keys must be real ones',
    expect: {
      status: 403,
      content_type: 'text/plain; charset=utf-8',
      json: undefined,
      text: 'Forbidden',
    },
  };
}
