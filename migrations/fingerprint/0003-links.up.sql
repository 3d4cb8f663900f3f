-- What a track is linked to, and which submission said so. Accounts live in another database.

create table track_mbid (
  id serial primary key,
  track_id integer not null,
  mbid uuid not null,
  created timestamptz not null default now(),
  updated timestamptz,
  submission_count integer not null default 1,
  disabled boolean not null default false,
  merged_into integer,
  constraint track_mbid_track_id_mbid_key unique (track_id, mbid),
  constraint track_mbid_submission_count_check check (submission_count >= 0),
  constraint track_mbid_merged_into_check check (merged_into <> id),
  constraint track_mbid_track_id_fkey foreign key (track_id)
    references track (id) on delete cascade,
  constraint track_mbid_merged_into_fkey foreign key (merged_into)
    references track_mbid (id) on delete set null
);

create index track_mbid_mbid_idx on track_mbid (mbid);
create index track_mbid_merged_into_idx on track_mbid (merged_into) where merged_into is not null;

create table track_mbid_source (
  id serial primary key,
  track_mbid_id integer not null,
  submission_id integer,
  source_id integer,
  created timestamptz not null default now(),
  updated timestamptz,
  constraint track_mbid_source_track_mbid_id_fkey foreign key (track_mbid_id)
    references track_mbid (id) on delete cascade,
  constraint track_mbid_source_source_id_fkey foreign key (source_id)
    references source (id) on delete set null
);

create index track_mbid_source_track_mbid_id_idx on track_mbid_source (track_mbid_id);
create index track_mbid_source_source_id_idx on track_mbid_source (source_id);
create index track_mbid_source_submission_id_idx on track_mbid_source (submission_id);

create table track_mbid_change (
  id serial primary key,
  track_mbid_id integer not null,
  account_id integer,
  created timestamptz not null default now(),
  disabled boolean not null,
  note text,
  updated timestamptz,
  constraint track_mbid_change_track_mbid_id_fkey foreign key (track_mbid_id)
    references track_mbid (id) on delete cascade
);

create index track_mbid_change_track_mbid_id_idx on track_mbid_change (track_mbid_id);

create table track_puid (
  id serial primary key,
  track_id integer not null,
  puid uuid not null,
  created timestamptz not null default now(),
  updated timestamptz,
  submission_count integer not null default 1,
  constraint track_puid_track_id_puid_key unique (track_id, puid),
  constraint track_puid_submission_count_check check (submission_count >= 0),
  constraint track_puid_track_id_fkey foreign key (track_id)
    references track (id) on delete cascade
);

create index track_puid_puid_idx on track_puid (puid);

create table track_puid_source (
  id serial primary key,
  track_puid_id integer not null,
  submission_id integer,
  source_id integer,
  created timestamptz not null default now(),
  updated timestamptz,
  constraint track_puid_source_track_puid_id_fkey foreign key (track_puid_id)
    references track_puid (id) on delete cascade,
  constraint track_puid_source_source_id_fkey foreign key (source_id)
    references source (id) on delete set null
);

create index track_puid_source_track_puid_id_idx on track_puid_source (track_puid_id);
create index track_puid_source_source_id_idx on track_puid_source (source_id);
create index track_puid_source_submission_id_idx on track_puid_source (submission_id);

create table meta (
  id serial primary key,
  gid uuid,
  track varchar,
  artist varchar,
  album varchar,
  album_artist varchar,
  track_no integer,
  disc_no integer,
  year integer,
  created timestamptz not null default now(),
  constraint meta_gid_key unique (gid)
);

comment on column meta.gid is 'UUIDv5 of the cleaned content; null only in rows from upstream';

create table track_meta (
  id serial primary key,
  track_id integer not null,
  meta_id integer not null,
  created timestamptz not null default now(),
  updated timestamptz,
  submission_count integer not null default 1,
  constraint track_meta_track_id_meta_id_key unique (track_id, meta_id),
  constraint track_meta_submission_count_check check (submission_count >= 0),
  constraint track_meta_track_id_fkey foreign key (track_id)
    references track (id) on delete cascade,
  constraint track_meta_meta_id_fkey foreign key (meta_id)
    references meta (id) on delete cascade
);

create index track_meta_meta_id_idx on track_meta (meta_id);

create table track_meta_source (
  id serial primary key,
  track_meta_id integer not null,
  submission_id integer,
  source_id integer,
  created timestamptz not null default now(),
  updated timestamptz,
  constraint track_meta_source_track_meta_id_fkey foreign key (track_meta_id)
    references track_meta (id) on delete cascade,
  constraint track_meta_source_source_id_fkey foreign key (source_id)
    references source (id) on delete set null
);

create index track_meta_source_track_meta_id_idx on track_meta_source (track_meta_id);
create index track_meta_source_source_id_idx on track_meta_source (source_id);
create index track_meta_source_submission_id_idx on track_meta_source (submission_id);

create table foreignid_vendor (
  id serial primary key,
  name varchar not null,
  constraint foreignid_vendor_name_key unique (name)
);

create table foreignid (
  id serial primary key,
  vendor_id integer not null,
  name varchar not null,
  constraint foreignid_vendor_id_name_key unique (vendor_id, name),
  constraint foreignid_vendor_id_fkey foreign key (vendor_id)
    references foreignid_vendor (id) on delete cascade
);

create table track_foreignid (
  id serial primary key,
  track_id integer not null,
  foreignid_id integer not null,
  created timestamptz not null default now(),
  updated timestamptz,
  submission_count integer not null default 1,
  constraint track_foreignid_track_id_foreignid_id_key unique (track_id, foreignid_id),
  constraint track_foreignid_submission_count_check check (submission_count >= 0),
  constraint track_foreignid_track_id_fkey foreign key (track_id)
    references track (id) on delete cascade,
  constraint track_foreignid_foreignid_id_fkey foreign key (foreignid_id)
    references foreignid (id) on delete cascade
);

create index track_foreignid_foreignid_id_idx on track_foreignid (foreignid_id);

create table track_foreignid_source (
  id serial primary key,
  track_foreignid_id integer not null,
  submission_id integer,
  source_id integer,
  created timestamptz not null default now(),
  updated timestamptz,
  constraint track_foreignid_source_track_foreignid_id_fkey foreign key (track_foreignid_id)
    references track_foreignid (id) on delete cascade,
  constraint track_foreignid_source_source_id_fkey foreign key (source_id)
    references source (id) on delete set null
);

create index track_foreignid_source_track_foreignid_id_idx
  on track_foreignid_source (track_foreignid_id);
create index track_foreignid_source_source_id_idx on track_foreignid_source (source_id);
create index track_foreignid_source_submission_id_idx on track_foreignid_source (submission_id);
