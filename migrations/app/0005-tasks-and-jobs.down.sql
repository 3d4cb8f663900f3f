drop trigger announce_changed_job on job;
drop trigger announce_queued_job on job;
drop function announce_job();
drop table job_log;
drop index job_running_kind_key;
alter table job
  drop constraint job_worker_check,
  drop constraint job_request_check,
  drop column updated,
  drop column crashes,
  drop column worker,
  drop column request,
  drop column saved,
  drop column result;
comment on column job.progress is '{done, total, unit, rate, current}';
drop table counted_submissions;
drop table counter_flush;
drop table cron_run;
drop table task;
