-- Work that waits, work that takes long, and when scheduled work was last done.

-- A task is a row until it has succeeded; then it is deleted. Of one key there is at most one in
-- each state: asking again for what waits already changes nothing.
create table task (
  id bigserial primary key,
  name text not null,
  args jsonb not null default '{}',
  key text not null,
  state text not null default 'queued',
  attempts smallint not null default 0,
  run_after timestamptz not null default now(),
  worker uuid,
  error text,
  created timestamptz not null default now(),
  started timestamptz,
  constraint task_state_check check (state in ('queued', 'running', 'dead')),
  constraint task_attempts_check check (attempts >= 0),
  constraint task_worker_check check ((state = 'running') = (worker is not null)),
  constraint task_key_state_key unique (key, state)
);

comment on column task.key is 'name and arguments: what makes two tasks the same';
comment on column task.worker is
  'who runs it: the name of an advisory lock that is held as long as that process lives';
comment on column task.error is 'why the last attempt failed';

create index task_due_idx on task (run_after, id) where state = 'queued';
create index task_state_idx on task (state, id) where state in ('running', 'dead');

create table cron_run (
  schedule text primary key,
  last_run timestamptz not null
);

comment on column cron_run.last_run is 'up to when the schedule has been followed';

-- Counts leave the counter store in flushes. A flush writes its id here in the transaction that
-- adds its counts, so that one repeated after a crash is recognised.
create table counter_flush (
  id text primary key,
  created timestamptz not null default now()
);

create index counter_flush_created_idx on counter_flush (created);

-- How much of the ingest database's count of an account is in account.submission_count already.
create table counted_submissions (
  account_id integer primary key,
  count bigint not null default 0,
  constraint counted_submissions_account_id_fkey foreign key (account_id)
    references account (id) on delete cascade
);

alter table job
  add column result jsonb,
  add column saved jsonb,
  add column request text,
  add column worker uuid,
  add column crashes smallint not null default 0,
  add column updated timestamptz not null default now(),
  add constraint job_request_check check (request in ('pause', 'cancel')),
  add constraint job_worker_check check ((state = 'running') = (worker is not null));

comment on column job.progress is '{done, total, unit, rate, secondsLeft, current}';
comment on column job.result is 'what a finished job has to say';
comment on column job.saved is 'what the next run needs to go on from where this one is';
comment on column job.request is 'what the process that runs the job is asked to do';
comment on column job.worker is 'as task.worker';
comment on column job.crashes is 'processes in a row that died while they ran it';

-- One job of a kind at a time, whoever runs it.
create unique index job_running_kind_key on job (kind) where state = 'running';

create table job_log (
  id bigserial primary key,
  job_id integer not null,
  created timestamptz not null default now(),
  line text not null,
  constraint job_log_job_id_fkey foreign key (job_id) references job (id) on delete cascade
);

create index job_log_job_id_idx on job_log (job_id, id);

-- Rings for whoever runs jobs, wherever the change comes from.
create function announce_job() returns trigger language plpgsql as $$
begin
  perform pg_notify('acoustid_job', new.id::text);
  return null;
end
$$;

create trigger announce_queued_job after insert on job
  for each row execute function announce_job();
create trigger announce_changed_job after update of state, request on job
  for each row when (old.state <> new.state or old.request is distinct from new.request)
  execute function announce_job();
