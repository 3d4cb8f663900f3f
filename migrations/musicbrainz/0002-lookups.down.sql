drop index musicbrainz.iso_3166_1_idx_area;
drop index musicbrainz.release_idx_release_group;
drop index musicbrainz.medium_idx_release;
drop index musicbrainz.track_idx_recording;
drop index musicbrainz.isrc_idx_recording;
drop index musicbrainz.recording_gid_redirect_idx_new_id;
drop index musicbrainz.recording_idx_gid;
drop view musicbrainz.release_event;
