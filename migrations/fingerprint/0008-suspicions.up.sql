-- What may be wrong with tracks and links, for moderators to decide: found by tasks, each with the
-- numbers behind it and the act that would mend it. See docs/decisions/0052-suspicions.md.

create table suspicion (
  id serial primary key,
  kind text not null,
  subject jsonb not null,
  tracks integer[] not null,
  score real not null,
  evidence jsonb not null,
  suggested jsonb not null,
  state text not null default 'open',
  first_seen timestamptz not null default now(),
  computed timestamptz not null default now(),
  decided timestamptz,
  decided_by integer,
  note text,
  constraint suspicion_kind_subject_key unique (kind, subject),
  constraint suspicion_score_check check (score between 0 and 1),
  constraint suspicion_state_check check (state in ('open', 'dismissed', 'resolved'))
);

comment on column suspicion.subject is 'the ids it is about; one suspicion of a kind for each';
comment on column suspicion.suggested is 'an act, as the moderation module takes it';
comment on column suspicion.decided_by is 'account of the app database who dismissed or reopened it';

create index suspicion_queue_idx on suspicion (kind, state, score desc, id);
create index suspicion_tracks_idx on suspicion using gin (tracks);
create index suspicion_recheck_idx on suspicion (kind, computed) where state = 'open';

-- How far each kind has looked: the last id it has seen of each table and of the acts, and where it is in a
-- round over all tracks, which new data from MusicBrainz start.
create table suspicion_cursor (
  kind text primary key,
  fingerprint_id integer not null default 0,
  track_mbid_id integer not null default 0,
  track_meta_id integer not null default 0,
  act_id integer not null default 0,
  sweep_track_id integer,
  musicbrainz text,
  updated timestamptz not null default now()
);

comment on column suspicion_cursor.sweep_track_id is 'last track of the round; null when there is none';
comment on column suspicion_cursor.musicbrainz is 'state of the MusicBrainz data the last round began with';
