-- What the pages search and sort tracks by. Words of user metadata are found whole or by their
-- beginning; ASCII punctuation parts them, or the parser would take "AC/DC" for a file name. Only the
-- beginning of a text counts: submissions are of any length, and a tsvector is not.

create function search_words(words text) returns tsvector
language sql immutable strict parallel safe
as $$ select to_tsvector('simple', regexp_replace(left(words, 1000), '[!-/:-@\[-`{-~]+', ' ', 'g')) $$;

create index meta_search_idx on meta
  using gin (search_words(coalesce(track, '') || ' ' || coalesce(artist, '')));

create index track_stats_total_submissions_idx on track_stats (total_submissions desc, track_id desc);
