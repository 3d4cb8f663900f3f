/** The fingerprint database: tracks, fingerprints, links, provenance, the index's changelog. Kept true by `schema.pg.test.ts`. */
import type { Generated, GeneratedAlways } from 'kysely';
import type { GeneratedJson, GeneratedTimestamp, Json, Timestamp } from './column.ts';

export interface FingerprintDatabase {
  track: TrackTable;
  format: FormatTable;
  source: SourceTable;
  fingerprint: FingerprintTable;
  fingerprint_data: FingerprintDataTable;
  fingerprint_source: FingerprintSourceTable;
  track_mbid: TrackMbidTable;
  track_mbid_source: TrackMbidSourceTable;
  track_mbid_change: TrackMbidChangeTable;
  track_puid: TrackPuidTable;
  track_puid_source: TrackPuidSourceTable;
  meta: MetaTable;
  track_meta: TrackMetaTable;
  track_meta_source: TrackMetaSourceTable;
  foreignid_vendor: ForeignidVendorTable;
  foreignid: ForeignidTable;
  track_foreignid: TrackForeignidTable;
  track_foreignid_source: TrackForeignidSourceTable;
  fpindex_changelog: FpindexChangelogTable;
  fpindex_meta: FpindexMetaTable;
  track_stats: TrackStatsTable;
  moderation_journal: ModerationJournalTable;
  moderation_change: ModerationChangeTable;
  suspicion: SuspicionTable;
  suspicion_cursor: SuspicionCursorTable;
}

interface TrackTable {
  id: Generated<number>;
  gid: string;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
  new_id: number | null;
  disabled: Generated<boolean>;
}

interface FormatTable {
  id: Generated<number>;
  name: string;
}

interface SourceTable {
  id: Generated<number>;
  application_id: number;
  account_id: number;
  version: string | null;
}

interface FingerprintTable {
  id: Generated<number>;
  track_id: number;
  fingerprint: number[] | null;
  length: number;
  bitrate: number | null;
  format_id: number | null;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
  submission_count: Generated<number>;
}

interface FingerprintDataTable {
  fingerprint_id: number;
  gid: string | null;
  fingerprint: Buffer;
  simhash: number | null;
  simhash_cube: GeneratedAlways<string | null>;
  created: GeneratedTimestamp;
}

interface FingerprintSourceTable {
  id: Generated<number>;
  fingerprint_id: number;
  source_id: number | null;
  submission_id: number | null;
  created: GeneratedTimestamp;
}

interface TrackMbidTable {
  id: Generated<number>;
  track_id: number;
  mbid: string;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
  submission_count: Generated<number>;
  disabled: Generated<boolean>;
  merged_into: number | null;
}

interface TrackMbidSourceTable {
  id: Generated<number>;
  track_mbid_id: number;
  submission_id: number | null;
  source_id: number | null;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
}

interface TrackMbidChangeTable {
  id: Generated<number>;
  track_mbid_id: number;
  account_id: number | null;
  created: GeneratedTimestamp;
  disabled: boolean;
  note: string | null;
  updated: Timestamp | null;
}

interface TrackPuidTable {
  id: Generated<number>;
  track_id: number;
  puid: string;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
  submission_count: Generated<number>;
}

interface TrackPuidSourceTable {
  id: Generated<number>;
  track_puid_id: number;
  submission_id: number | null;
  source_id: number | null;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
}

interface MetaTable {
  id: Generated<number>;
  gid: string | null;
  track: string | null;
  artist: string | null;
  album: string | null;
  album_artist: string | null;
  track_no: number | null;
  disc_no: number | null;
  year: number | null;
  created: GeneratedTimestamp;
}

interface TrackMetaTable {
  id: Generated<number>;
  track_id: number;
  meta_id: number;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
  submission_count: Generated<number>;
}

interface TrackMetaSourceTable {
  id: Generated<number>;
  track_meta_id: number;
  submission_id: number | null;
  source_id: number | null;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
}

interface ForeignidVendorTable {
  id: Generated<number>;
  name: string;
}

interface ForeignidTable {
  id: Generated<number>;
  vendor_id: number;
  name: string;
}

interface TrackForeignidTable {
  id: Generated<number>;
  track_id: number;
  foreignid_id: number;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
  submission_count: Generated<number>;
}

interface TrackForeignidSourceTable {
  id: Generated<number>;
  track_foreignid_id: number;
  submission_id: number | null;
  source_id: number | null;
  created: GeneratedTimestamp;
  updated: Timestamp | null;
}

interface FpindexChangelogTable {
  id: Generated<number>;
  fingerprint_id: number;
  query: number[] | null;
  xid: Generated<string>;
  created: GeneratedTimestamp;
}

interface FpindexMetaTable {
  singleton: Generated<boolean>;
  last_deleted_id: number | null;
  last_deleted_created: Timestamp | null;
  last_deleted_xid: string | null;
}

interface TrackStatsTable {
  track_id: number;
  fingerprint_count: number;
  mbid_count: number;
  total_submissions: number;
}

interface ModerationJournalTable {
  id: Generated<string>;
  act_id: number;
  kind: string;
  account_id: number | null;
  note: string;
  created: GeneratedTimestamp;
  act: Json;
  counts: GeneratedJson;
  tracks: Generated<number[]>;
  undoes: string | null;
  undone_by: string | null;
  listed: Generated<boolean>;
}

interface ModerationChangeTable {
  id: Generated<number>;
  journal_id: string;
  table_name: string;
  row_id: number;
  before: Json | null;
  after: Json | null;
}

interface SuspicionTable {
  id: Generated<number>;
  kind: string;
  subject: Json;
  tracks: number[];
  score: number;
  evidence: Json;
  suggested: Json;
  state: Generated<string>;
  first_seen: GeneratedTimestamp;
  computed: GeneratedTimestamp;
  decided: Timestamp | null;
  decided_by: number | null;
  note: string | null;
}

interface SuspicionCursorTable {
  kind: string;
  fingerprint_id: Generated<number>;
  track_mbid_id: Generated<number>;
  track_meta_id: Generated<number>;
  act_id: Generated<number>;
  sweep_track_id: number | null;
  musicbrainz: string | null;
  updated: GeneratedTimestamp;
}
