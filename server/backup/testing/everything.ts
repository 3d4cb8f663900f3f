import { connectTo } from '../connection.ts';
import type { DatabaseName } from '../../config/settings.ts';

/**
 * Puts rows into every table of the four databases: text with everything COPY must escape, cycles
 * of foreign keys, an old partition, a generated column, arrays, bytes, addresses.
 */
export async function fillWithEverything(
  urls: Readonly<Record<DatabaseName, string>>,
): Promise<void> {
  for (const [name, sql] of Object.entries(ROWS)) {
    await using connection = await connectTo(urls[name as keyof typeof ROWS]);
    await connection.query(sql);
  }
}

const ODD_TEXT = String.raw`E'tab \t line \n return \r back \\ slash \\N \\. quote '' nul-like \u0001 ünï 🎵'`;

const ROWS = {
  app: `
    begin;
    set constraints all deferred;
    insert into account (id, name, apikey, mbuser, application_id, created_from, is_admin)
      values (1, ${ODD_TEXT}, 'key-1', 'mb', 1, '2001:db8::1', true), (2, '', 'key-2', null, null, null, false);
    insert into application (id, name, apikey, account_id, active) values (1, 'A', 'app-1', 1, null);
    commit;
    select setval('account_id_seq', 2), setval('application_id_seq', 40);
    insert into account_openid values ('https://example.org/', 1);
    insert into account_google values ('g', 2);
    insert into session (token_hash, account_id, expires) values (sha256('x'), 1, now() + interval '1 day');
    insert into stats (name, value, date) values ('track.all', 5, '2026-02-28');
    insert into stats_lookups (hour, application_id, count_hits, count_misses)
      values ('2026-02-28 13:00+00', 1, 7, 3);
    insert into stats_user_agents (date, application_id, user_agent, ip, count)
      values ('2026-02-28', 1, ${ODD_TEXT}, '192.0.2.1', 4);
    insert into stats_top_accounts (account_id, count) values (1, 9);
    insert into setting values ('theme', '{"dark": [true, null, 1.5], "name": "ü\\\\n"}');
    insert into job (kind, state) values ('backup', 'queued'), ('scan', 'done');
    update job set state = 'running', worker = gen_random_uuid() where id = 1;
    insert into job_log (job_id, line) values (1, 'begun');
    insert into task (name, key) values ('a task', 'a key');
    insert into moderation_act (kind, account_id, payload) values ('link_disable', 1, '{"id": 1}');
    insert into moderation_act (kind, account_id) values ('link_enable', 1);
    update moderation_act set undone_by = 2 where id = 1;`,
  fingerprint: `
    create table fpindex_changelog_200001 partition of fpindex_changelog
      for values from ('2000-01-01 00:00+00') to ('2000-02-01 00:00+00');
    insert into fpindex_changelog (fingerprint_id, query, created) values (99, null, '2000-01-15 12:00+00');
    insert into fpindex_meta (last_deleted_id) values (0);
    insert into track (gid) select gen_random_uuid() from generate_series(1, 3);
    update track set new_id = 2, updated = now() where id = 1;
    update track set disabled = true where id = 3;
    insert into format (name) values ('FLAC');
    insert into source (application_id, account_id, version) values (1, 1, null), (1, 2, '1.0');
    insert into fingerprint (track_id, fingerprint, length, bitrate, format_id)
      select 2, array(select (random() * 4294967295 - 2147483648)::bigint::int from generate_series(1, 200)), 180 + n, 320, 1
      from generate_series(1, 40) n;
    insert into fingerprint_data (fingerprint_id, gid, fingerprint, simhash)
      select id, gen_random_uuid(), decode('ac0001' || md5(id::text), 'hex'), id * 77777 from fingerprint;
    insert into fingerprint_source (fingerprint_id, source_id, submission_id) values (1, 1, 1), (1, 2, 2), (2, null, null);
    insert into track_mbid (track_id, mbid, disabled) values (2, gen_random_uuid(), false), (2, gen_random_uuid(), true);
    update track_mbid set merged_into = 1, submission_count = 0 where id = 2;
    insert into track_mbid_source (track_mbid_id, submission_id, source_id) values (1, 1, 1);
    insert into track_mbid_change (track_mbid_id, account_id, disabled, note) values (2, 1, true, ${ODD_TEXT});
    insert into track_puid (track_id, puid) values (2, gen_random_uuid());
    insert into track_puid_source (track_puid_id, submission_id) values (1, 1);
    insert into meta (gid, track, artist, year) values (gen_random_uuid(), ${ODD_TEXT}, '\\N', 1999), (null, null, '', null);
    insert into track_meta (track_id, meta_id) values (2, 1);
    insert into track_meta_source (track_meta_id, submission_id) values (1, 1);
    insert into foreignid_vendor (name) values ('vendor');
    insert into foreignid (vendor_id, name) values (1, 'id:1');
    insert into track_foreignid (track_id, foreignid_id) values (2, 1);
    insert into track_foreignid_source (track_foreignid_id, submission_id) values (1, 1);
    select setval('fingerprint_id_seq', 1000), setval('track_id_seq', 500, false);
    refresh materialized view track_stats;`,
  ingest: `
    insert into submission (fingerprint, length, meta, foreignid, handled, handled_at)
      values ('{1,-2,2147483647,-2147483648}', 100, '{"track": "ü\\\\t"}', ${ODD_TEXT}, true, now()),
        ('{}', 1, null, null, false, null);
    insert into pending_submission (id) values (2);
    insert into submission_result (submission_id, track_id, fingerprint_id, verdict)
      values (1, 2, 1, 'new_track'), (77, null, null, 'skipped:silent');
    select setval('submission_id_seq', 900);`,
  musicbrainz: `
    insert into musicbrainz.artist (name, sort_name) values ('Ä', 'A');
    insert into musicbrainz.artist_credit (name, artist_count) values ('Ä', 1);
    insert into musicbrainz.artist_credit_name values (1, 0, 1, 'Ä', '');
    insert into musicbrainz.area (name) values ('Somewhere');
    insert into musicbrainz.recording (gid, name, artist_credit) values (gen_random_uuid(), ${ODD_TEXT}, 1);`,
} as const;
