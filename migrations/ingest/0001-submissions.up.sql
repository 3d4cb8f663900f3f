-- Submissions wait here until they are imported. Sources, formats, tracks and accounts live in
-- other databases, so their ids carry no foreign key.

create table submission (
  id serial primary key,
  fingerprint integer[] not null,
  length smallint not null,
  bitrate smallint,
  format_id integer,
  format varchar,
  created timestamptz not null default now(),
  source_id integer,
  mbid uuid,
  puid uuid,
  foreignid varchar,
  meta jsonb,
  meta_id integer,
  meta_gid uuid,
  account_id integer,
  application_id integer,
  application_version varchar,
  handled boolean not null default false,
  handled_at timestamptz,
  attempts smallint not null default 0,
  error text,
  constraint submission_length_check check (length > 0),
  constraint submission_bitrate_check check (bitrate > 0),
  constraint submission_attempts_check check (attempts >= 0)
);

comment on column submission.attempts is 'failed imports so far; parked at the limit';
comment on column submission.error is 'why the last import failed';

create index submission_unhandled_idx on submission (created) where not handled;
-- Handled submissions are deleted 30 days later, oldest first.
create index submission_handled_at_idx on submission (handled_at) where handled;

create table pending_submission (
  id integer primary key,
  created timestamptz not null default now(),
  constraint pending_submission_id_fkey foreign key (id)
    references submission (id) on delete cascade
);

create index pending_submission_created_idx on pending_submission (created);

-- NOTE: no foreign key to submission: a result outlives the submission it explains.
create table submission_result (
  submission_id integer primary key,
  created timestamptz not null default now(),
  handled_at timestamptz,
  account_id integer,
  application_id integer,
  application_version varchar,
  fingerprint_id integer,
  track_id integer,
  meta_id integer,
  meta_gid uuid,
  mbid uuid,
  puid uuid,
  foreignid varchar,
  verdict text,
  constraint submission_result_verdict_check check (
    verdict in ('new_track', 'joined_track', 'merged_fingerprint') or verdict like 'skipped:_%'
  )
);

comment on column submission_result.track_id is 'null when the submission was skipped';
comment on column submission_result.verdict is
  'new_track, joined_track, merged_fingerprint or skipped:<reason>; null in rows from upstream';
