-- The view MusicBrainz itself offers, and only the indexes that lookups need: each costs minutes
-- and gigabytes on a full import.

create view musicbrainz.release_event as
  select release, date_year, date_month, date_day, country from musicbrainz.release_country
  union all
  select release, date_year, date_month, date_day, null::integer
    from musicbrainz.release_unknown_country;

create unique index recording_idx_gid on musicbrainz.recording (gid);
create index recording_gid_redirect_idx_new_id on musicbrainz.recording_gid_redirect (new_id);
create index isrc_idx_recording on musicbrainz.isrc (recording);
create index track_idx_recording on musicbrainz.track (recording);
create index medium_idx_release on musicbrainz.medium (release);
create index release_idx_release_group on musicbrainz.release (release_group);
create index iso_3166_1_idx_area on musicbrainz.iso_3166_1 (area);
