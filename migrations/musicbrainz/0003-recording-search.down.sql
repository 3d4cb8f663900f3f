drop index musicbrainz.recording_idx_artist_credit;
drop index musicbrainz.artist_credit_search_idx;
drop index musicbrainz.recording_search_idx;
drop function musicbrainz.search_words(text);
