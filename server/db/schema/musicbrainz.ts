/** The musicbrainz database: the tables that lookups read, all in schema `musicbrainz`. Kept true by `schema.pg.test.ts`. */
import type { Generated } from 'kysely';
import type { GeneratedTimestamp, Timestamp } from './column.ts';

export interface MusicbrainzDatabase {
  'musicbrainz.artist': ArtistTable;
  'musicbrainz.artist_credit': ArtistCreditTable;
  'musicbrainz.artist_credit_name': ArtistCreditNameTable;
  'musicbrainz.area': AreaTable;
  'musicbrainz.iso_3166_1': Iso31661Table;
  'musicbrainz.recording': RecordingTable;
  'musicbrainz.recording_gid_redirect': RecordingGidRedirectTable;
  'musicbrainz.isrc': IsrcTable;
  'musicbrainz.track': TrackTable;
  'musicbrainz.medium': MediumTable;
  'musicbrainz.medium_format': MediumFormatTable;
  'musicbrainz.release': ReleaseTable;
  'musicbrainz.release_country': ReleaseCountryTable;
  'musicbrainz.release_unknown_country': ReleaseUnknownCountryTable;
  'musicbrainz.release_group': ReleaseGroupTable;
  'musicbrainz.release_group_primary_type': ReleaseGroupPrimaryTypeTable;
  'musicbrainz.release_group_secondary_type': ReleaseGroupSecondaryTypeTable;
  'musicbrainz.release_group_secondary_type_join': ReleaseGroupSecondaryTypeJoinTable;
  'musicbrainz.release_status': ReleaseStatusTable;
  'musicbrainz.release_packaging': ReleasePackagingTable;
  'musicbrainz.replication_control': ReplicationControlTable;
  'musicbrainz.release_event': ReleaseEventTable;
}

interface ArtistTable {
  id: Generated<number>;
  gid: Generated<string>;
  name: string;
  sort_name: string;
  begin_date_year: number | null;
  begin_date_month: number | null;
  begin_date_day: number | null;
  end_date_year: number | null;
  end_date_month: number | null;
  end_date_day: number | null;
  type: number | null;
  area: number | null;
  gender: number | null;
  comment: Generated<string>;
  edits_pending: Generated<number>;
  last_updated: GeneratedTimestamp | null;
  ended: Generated<boolean>;
  begin_area: number | null;
  end_area: number | null;
}

interface ArtistCreditTable {
  id: Generated<number>;
  name: string;
  artist_count: number;
  ref_count: Generated<number | null>;
  created: GeneratedTimestamp | null;
  edits_pending: Generated<number>;
  gid: Generated<string>;
}

interface ArtistCreditNameTable {
  artist_credit: number;
  position: number;
  artist: number;
  name: string;
  join_phrase: Generated<string>;
}

interface AreaTable {
  id: Generated<number>;
  gid: Generated<string>;
  name: string;
  type: number | null;
  edits_pending: Generated<number>;
  last_updated: GeneratedTimestamp | null;
  begin_date_year: number | null;
  begin_date_month: number | null;
  begin_date_day: number | null;
  end_date_year: number | null;
  end_date_month: number | null;
  end_date_day: number | null;
  ended: Generated<boolean>;
  comment: Generated<string>;
}

interface Iso31661Table {
  area: number;
  code: string;
}

interface RecordingTable {
  id: Generated<number>;
  gid: Generated<string>;
  name: string;
  artist_credit: number;
  length: number | null;
  comment: Generated<string>;
  edits_pending: Generated<number>;
  last_updated: GeneratedTimestamp | null;
  video: Generated<boolean>;
}

interface RecordingGidRedirectTable {
  gid: string;
  new_id: number;
  created: GeneratedTimestamp | null;
}

interface IsrcTable {
  id: Generated<number>;
  recording: number;
  isrc: string;
  edits_pending: Generated<number>;
  created: GeneratedTimestamp | null;
}

interface TrackTable {
  id: Generated<number>;
  gid: Generated<string>;
  recording: number;
  medium: number;
  position: number;
  number: string;
  name: string;
  artist_credit: number;
  length: number | null;
  edits_pending: Generated<number>;
  last_updated: GeneratedTimestamp | null;
  is_data_track: Generated<boolean>;
}

interface MediumTable {
  id: Generated<number>;
  release: number;
  position: number;
  format: number | null;
  name: Generated<string>;
  edits_pending: Generated<number>;
  last_updated: GeneratedTimestamp | null;
  track_count: Generated<number>;
  gid: Generated<string>;
}

interface MediumFormatTable {
  id: Generated<number>;
  name: string;
  parent: number | null;
  child_order: Generated<number>;
  year: number | null;
  has_discids: Generated<boolean>;
  description: string | null;
  gid: Generated<string>;
}

interface ReleaseTable {
  id: Generated<number>;
  gid: Generated<string>;
  name: string;
  artist_credit: number;
  release_group: number;
  status: number | null;
  packaging: number | null;
  language: number | null;
  script: number | null;
  barcode: string | null;
  comment: Generated<string>;
  edits_pending: Generated<number>;
  quality: Generated<number>;
  last_updated: GeneratedTimestamp | null;
}

interface ReleaseCountryTable {
  release: number;
  country: number;
  date_year: number | null;
  date_month: number | null;
  date_day: number | null;
}

interface ReleaseUnknownCountryTable {
  release: number;
  date_year: number | null;
  date_month: number | null;
  date_day: number | null;
}

interface ReleaseGroupTable {
  id: Generated<number>;
  gid: Generated<string>;
  name: string;
  artist_credit: number;
  type: number | null;
  comment: Generated<string>;
  edits_pending: Generated<number>;
  last_updated: GeneratedTimestamp | null;
}

interface ReleaseGroupPrimaryTypeTable {
  id: Generated<number>;
  name: string;
  parent: number | null;
  child_order: Generated<number>;
  description: string | null;
  gid: Generated<string>;
}

interface ReleaseGroupSecondaryTypeTable {
  id: Generated<number>;
  name: string;
  parent: number | null;
  child_order: Generated<number>;
  description: string | null;
  gid: Generated<string>;
}

interface ReleaseGroupSecondaryTypeJoinTable {
  release_group: number;
  secondary_type: number;
  created: GeneratedTimestamp;
}

interface ReleaseStatusTable {
  id: Generated<number>;
  name: string;
  parent: number | null;
  child_order: Generated<number>;
  description: string | null;
  gid: Generated<string>;
}

interface ReleasePackagingTable {
  id: Generated<number>;
  name: string;
  parent: number | null;
  child_order: Generated<number>;
  description: string | null;
  gid: Generated<string>;
}

interface ReplicationControlTable {
  id: Generated<number>;
  current_schema_sequence: number;
  current_replication_sequence: number | null;
  last_replication_date: Timestamp | null;
}

interface ReleaseEventTable {
  release: number | null;
  date_year: number | null;
  date_month: number | null;
  date_day: number | null;
  country: number | null;
}
