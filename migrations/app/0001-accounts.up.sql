-- Who may speak to the service: accounts, their outside logins, and client applications.

create table account (
  id serial primary key,
  name varchar(255) not null,
  apikey varchar(40) not null,
  mbuser varchar(64),
  anonymous boolean not null default false,
  created timestamptz not null default now(),
  lastlogin timestamptz,
  submission_count integer not null default 0,
  application_id integer,
  application_version varchar(255),
  created_from inet,
  is_admin boolean not null default false,
  password_hash text,
  constraint account_apikey_key unique (apikey),
  constraint account_mbuser_key unique (mbuser),
  constraint account_apikey_check check (apikey <> ''),
  constraint account_submission_count_check check (submission_count >= 0)
);

comment on column account.password_hash is 'local login with its scrypt parameters; null for everybody else';

create table application (
  id serial primary key,
  name varchar(255) not null,
  version varchar(255),
  apikey varchar(40) not null,
  created timestamptz not null default now(),
  active boolean default true,
  account_id integer,
  email varchar(255),
  website varchar(1000),
  rate_limit integer,
  constraint application_apikey_key unique (apikey),
  constraint application_apikey_check check (apikey <> ''),
  constraint application_rate_limit_check check (rate_limit > 0)
);

-- Upstream has rows that say neither; the dataset recorded there must load.
comment on column application.active is 'null counts as not active';
comment on column application.rate_limit is 'requests per second; null means the default';

-- The two tables point at each other, so a restore needs to check at commit.
alter table application
  add constraint application_account_id_fkey foreign key (account_id)
  references account (id) on delete set null deferrable initially immediate;
alter table account
  add constraint account_application_id_fkey foreign key (application_id)
  references application (id) on delete set null deferrable initially immediate;

create index application_account_id_idx on application (account_id);
create index account_application_id_idx on account (application_id);

create table account_openid (
  openid varchar(255) primary key,
  account_id integer not null,
  constraint account_openid_account_id_fkey foreign key (account_id)
    references account (id) on delete cascade
);

create index account_openid_account_id_idx on account_openid (account_id);

create table account_google (
  google_user_id varchar(255) primary key,
  account_id integer not null,
  constraint account_google_account_id_fkey foreign key (account_id)
    references account (id) on delete cascade
);

create index account_google_account_id_idx on account_google (account_id);

-- The cookie holds the token, the database only its SHA-256: a stolen backup opens no session.
create table session (
  token_hash bytea primary key,
  account_id integer not null,
  created timestamptz not null default now(),
  expires timestamptz not null,
  last_used timestamptz,
  user_agent varchar(1000),
  ip inet,
  constraint session_token_hash_check check (octet_length(token_hash) = 32),
  constraint session_account_id_fkey foreign key (account_id)
    references account (id) on delete cascade
);

create index session_account_id_idx on session (account_id);
create index session_expires_idx on session (expires);
