-- Counts per track for the pages that sort by them; refreshed concurrently by cron, which needs
-- the unique index. Each count is aggregated on its own: joining first would multiply them.

create materialized view track_stats as
  select
    track.id as track_id,
    coalesce(f.fingerprint_count, 0) as fingerprint_count,
    coalesce(m.mbid_count, 0) as mbid_count,
    coalesce(f.total_submissions, 0) as total_submissions
  from track
  left join (
    select track_id, count(*) as fingerprint_count, sum(submission_count) as total_submissions
    from fingerprint group by track_id
  ) f on f.track_id = track.id
  left join (
    select track_id, count(*) as mbid_count
    from track_mbid where not disabled group by track_id
  ) m on m.track_id = track.id;

create unique index track_stats_track_id_idx on track_stats (track_id);
