-- Tracks, their fingerprints, and where each fingerprint came from. Text that submitters fill in
-- has no length limit: upstream stores a title of 5,000 characters, and so must we.

create table track (
  id serial primary key,
  gid uuid not null,
  created timestamptz not null default now(),
  updated timestamptz,
  new_id integer,
  disabled boolean not null default false,
  constraint track_gid_key unique (gid),
  constraint track_new_id_fkey foreign key (new_id)
    references track (id) on delete set null
);

comment on column track.new_id is 'the track this one was merged into; always one hop';

create index track_new_id_idx on track (new_id) where new_id is not null;

create table format (
  id serial primary key,
  name varchar not null,
  constraint format_name_key unique (name)
);

-- Accounts and applications live in another database.
create table source (
  id serial primary key,
  application_id integer not null,
  account_id integer not null,
  version varchar,
  constraint source_application_id_account_id_version_key
    unique nulls not distinct (application_id, account_id, version)
);

create index source_account_id_idx on source (account_id);

create table fingerprint (
  id serial primary key,
  track_id integer not null,
  fingerprint integer[],
  length smallint not null,
  bitrate smallint,
  format_id integer,
  created timestamptz not null default now(),
  updated timestamptz,
  submission_count integer not null default 0,
  constraint fingerprint_length_check check (length > 0),
  constraint fingerprint_bitrate_check check (bitrate > 0),
  constraint fingerprint_submission_count_check check (submission_count >= 0),
  constraint fingerprint_track_id_fkey foreign key (track_id)
    references track (id) on delete cascade,
  constraint fingerprint_format_id_fkey foreign key (format_id)
    references format (id) on delete set null
);

comment on column fingerprint.fingerprint is
  'null when the profile stores vectors packed only, in fingerprint_data';
comment on column fingerprint.submission_count is
  'counted by a trigger on fingerprint_source, by nothing else';

create index fingerprint_track_id_idx on fingerprint (track_id);
create index fingerprint_length_idx on fingerprint (length);
create index fingerprint_lookup_idx on fingerprint (length, track_id) include (id);

create table fingerprint_data (
  fingerprint_id integer primary key,
  gid uuid,
  fingerprint bytea not null,
  simhash integer,
  simhash_cube cube generated always as (
    -- cube() refuses an array of nulls instead of answering null.
    case when simhash is not null then cube(array[
      (simhash >> 24) & 255, (simhash >> 16) & 255, (simhash >> 8) & 255, simhash & 255
    ]::float8[]) end
  ) stored,
  created timestamptz not null default now(),
  constraint fingerprint_data_gid_key unique (gid),
  constraint fingerprint_data_fingerprint_check check (octet_length(fingerprint) > 0),
  constraint fingerprint_data_fingerprint_id_fkey foreign key (fingerprint_id)
    references fingerprint (id) on delete cascade
);

comment on column fingerprint_data.gid is
  'UUIDv5 of algorithm and hashes; null on a second copy of a vector another track already has';

-- Packed vectors are compressed already: a second attempt would only cost time.
alter table fingerprint_data alter column fingerprint set storage external;

create index fingerprint_data_simhash_idx on fingerprint_data using gist (simhash_cube);

create table fingerprint_source (
  id serial primary key,
  fingerprint_id integer not null,
  source_id integer,
  submission_id integer,
  created timestamptz not null default now(),
  constraint fingerprint_source_submission_id_key unique (submission_id),
  constraint fingerprint_source_fingerprint_id_fkey foreign key (fingerprint_id)
    references fingerprint (id) on delete cascade,
  constraint fingerprint_source_source_id_fkey foreign key (source_id)
    references source (id) on delete set null
);

comment on column fingerprint_source.submission_id is
  'unique: this row is what makes an import happen exactly once';

create index fingerprint_source_fingerprint_id_idx on fingerprint_source (fingerprint_id);
create index fingerprint_source_source_id_idx on fingerprint_source (source_id);

create function increment_submission_count() returns trigger language plpgsql as $$
begin
  update fingerprint set submission_count = submission_count + 1 where id = new.fingerprint_id;
  return null;
end
$$;

create trigger update_fingerprint_submission_count
  after insert on fingerprint_source
  for each row execute function increment_submission_count();
