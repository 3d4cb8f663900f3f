-- What the administration pages need: settings, long operations, and the log of moderation.

create table setting (
  key text primary key,
  value jsonb not null,
  constraint setting_key_check check (key <> '')
);

create table job (
  id serial primary key,
  kind text not null,
  state text not null default 'queued',
  params jsonb not null default '{}',
  progress jsonb not null default '{}',
  error text,
  created timestamptz not null default now(),
  started timestamptz,
  finished timestamptz,
  created_by integer,
  constraint job_state_check
    check (state in ('queued', 'running', 'paused', 'done', 'failed', 'cancelled')),
  constraint job_created_by_fkey foreign key (created_by)
    references account (id) on delete set null
);

comment on column job.progress is '{done, total, unit, rate, current}';

create index job_state_idx on job (state, id) where state in ('queued', 'running', 'paused');
create index job_created_by_idx on job (created_by);

create table moderation_act (
  id serial primary key,
  kind text not null,
  account_id integer,
  created timestamptz not null default now(),
  note text,
  payload jsonb not null default '{}',
  undone_by integer,
  constraint moderation_act_undone_by_check check (undone_by <> id),
  constraint moderation_act_account_id_fkey foreign key (account_id)
    references account (id) on delete set null,
  constraint moderation_act_undone_by_fkey foreign key (undone_by)
    references moderation_act (id) on delete set null
);

comment on column moderation_act.payload is 'everything needed to undo the act';

create index moderation_act_created_idx on moderation_act (created);
create index moderation_act_account_id_idx on moderation_act (account_id);
create index moderation_act_undone_by_idx on moderation_act (undone_by);
