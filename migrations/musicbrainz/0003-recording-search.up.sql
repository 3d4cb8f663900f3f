-- What the pages search tracks by: words of titles and of artists. See search_words of the
-- fingerprint database, which says the same of user metadata.

create function musicbrainz.search_words(words text) returns tsvector
language sql immutable strict parallel safe
as $$ select to_tsvector('simple', regexp_replace(left(words, 1000), '[!-/:-@\[-`{-~]+', ' ', 'g')) $$;

create index recording_search_idx on musicbrainz.recording
  using gin (musicbrainz.search_words(name));
create index artist_credit_search_idx on musicbrainz.artist_credit
  using gin (musicbrainz.search_words(name));
create index recording_idx_artist_credit on musicbrainz.recording (artist_credit);
