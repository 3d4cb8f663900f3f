-- The tables of MusicBrainz that lookups read, with exactly the columns of a full export of schema
-- 31 in their order, so that a dump's files COPY straight in. No foreign keys: the data are a copy,
-- loaded in any order and never edited here. Defaults are MusicBrainz's own; a gid nobody gives is
-- made up, because exports always carry one and hand-written rows need not.

create schema musicbrainz;

create table musicbrainz.artist (
  id serial,
  gid uuid not null default gen_random_uuid(),
  name varchar not null,
  sort_name varchar not null,
  begin_date_year smallint,
  begin_date_month smallint,
  begin_date_day smallint,
  end_date_year smallint,
  end_date_month smallint,
  end_date_day smallint,
  type integer,
  area integer,
  gender integer,
  comment varchar(255) not null default '',
  edits_pending integer not null default 0,
  last_updated timestamptz default now(),
  ended boolean not null default false,
  begin_area integer,
  end_area integer,
  constraint artist_pkey primary key (id)
);

create table musicbrainz.artist_credit (
  id serial,
  name varchar not null,
  artist_count smallint not null,
  ref_count integer default 0,
  created timestamptz default now(),
  edits_pending integer not null default 0,
  gid uuid not null default gen_random_uuid(),
  constraint artist_credit_pkey primary key (id)
);

create table musicbrainz.artist_credit_name (
  artist_credit integer not null,
  position smallint not null,
  artist integer not null,
  name varchar not null,
  join_phrase text not null default '',
  constraint artist_credit_name_pkey primary key (artist_credit, position)
);

create table musicbrainz.area (
  id serial,
  gid uuid not null default gen_random_uuid(),
  name varchar not null,
  type integer,
  edits_pending integer not null default 0,
  last_updated timestamptz default now(),
  begin_date_year smallint,
  begin_date_month smallint,
  begin_date_day smallint,
  end_date_year smallint,
  end_date_month smallint,
  end_date_day smallint,
  ended boolean not null default false,
  comment varchar(255) not null default '',
  constraint area_pkey primary key (id)
);

create table musicbrainz.iso_3166_1 (
  area integer not null,
  code char(2) not null,
  constraint iso_3166_1_pkey primary key (code)
);

create table musicbrainz.recording (
  id serial,
  gid uuid not null default gen_random_uuid(),
  name varchar not null,
  artist_credit integer not null,
  length integer,
  comment varchar(255) not null default '',
  edits_pending integer not null default 0,
  last_updated timestamptz default now(),
  video boolean not null default false,
  constraint recording_pkey primary key (id)
);

create table musicbrainz.recording_gid_redirect (
  gid uuid not null,
  new_id integer not null,
  created timestamptz default now(),
  constraint recording_gid_redirect_pkey primary key (gid)
);

create table musicbrainz.isrc (
  id serial,
  recording integer not null,
  isrc char(12) not null,
  edits_pending integer not null default 0,
  created timestamptz default now(),
  constraint isrc_pkey primary key (id)
);

create table musicbrainz.track (
  id serial,
  gid uuid not null default gen_random_uuid(),
  recording integer not null,
  medium integer not null,
  position integer not null,
  number text not null,
  name varchar not null,
  artist_credit integer not null,
  length integer,
  edits_pending integer not null default 0,
  last_updated timestamptz default now(),
  is_data_track boolean not null default false,
  constraint track_pkey primary key (id)
);

create table musicbrainz.medium (
  id serial,
  release integer not null,
  position integer not null,
  format integer,
  name varchar not null default '',
  edits_pending integer not null default 0,
  last_updated timestamptz default now(),
  track_count integer not null default 0,
  gid uuid not null default gen_random_uuid(),
  constraint medium_pkey primary key (id)
);

create table musicbrainz.medium_format (
  id serial,
  name varchar(100) not null,
  parent integer,
  child_order integer not null default 0,
  year smallint,
  has_discids boolean not null default true,
  description text,
  gid uuid not null default gen_random_uuid(),
  constraint medium_format_pkey primary key (id)
);

create table musicbrainz.release (
  id serial,
  gid uuid not null default gen_random_uuid(),
  name varchar not null,
  artist_credit integer not null,
  release_group integer not null,
  status integer,
  packaging integer,
  language integer,
  script integer,
  barcode varchar(255),
  comment varchar(255) not null default '',
  edits_pending integer not null default 0,
  quality smallint not null default -1,
  last_updated timestamptz default now(),
  constraint release_pkey primary key (id)
);

create table musicbrainz.release_country (
  release integer not null,
  country integer not null,
  date_year smallint,
  date_month smallint,
  date_day smallint,
  constraint release_country_pkey primary key (release, country)
);

create table musicbrainz.release_unknown_country (
  release integer not null,
  date_year smallint,
  date_month smallint,
  date_day smallint,
  constraint release_unknown_country_pkey primary key (release)
);

create table musicbrainz.release_group (
  id serial,
  gid uuid not null default gen_random_uuid(),
  name varchar not null,
  artist_credit integer not null,
  type integer,
  comment varchar(255) not null default '',
  edits_pending integer not null default 0,
  last_updated timestamptz default now(),
  constraint release_group_pkey primary key (id)
);

create table musicbrainz.release_group_primary_type (
  id serial,
  name varchar(255) not null,
  parent integer,
  child_order integer not null default 0,
  description text,
  gid uuid not null default gen_random_uuid(),
  constraint release_group_primary_type_pkey primary key (id)
);

create table musicbrainz.release_group_secondary_type (
  id serial,
  name text not null,
  parent integer,
  child_order integer not null default 0,
  description text,
  gid uuid not null default gen_random_uuid(),
  constraint release_group_secondary_type_pkey primary key (id)
);

create table musicbrainz.release_group_secondary_type_join (
  release_group integer not null,
  secondary_type integer not null,
  created timestamptz not null default now(),
  constraint release_group_secondary_type_join_pkey primary key (release_group, secondary_type)
);

create table musicbrainz.release_status (
  id serial,
  name varchar(255) not null,
  parent integer,
  child_order integer not null default 0,
  description text,
  gid uuid not null default gen_random_uuid(),
  constraint release_status_pkey primary key (id)
);

create table musicbrainz.release_packaging (
  id serial,
  name varchar(255) not null,
  parent integer,
  child_order integer not null default 0,
  description text,
  gid uuid not null default gen_random_uuid(),
  constraint release_packaging_pkey primary key (id)
);

create table musicbrainz.replication_control (
  id serial,
  current_schema_sequence integer not null,
  current_replication_sequence integer,
  last_replication_date timestamptz,
  constraint replication_control_pkey primary key (id)
);
