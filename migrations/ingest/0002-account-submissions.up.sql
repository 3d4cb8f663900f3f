-- Imported submissions per account, counted where and when their results are written, so that no
-- crash counts one twice or not at all. Accounts are in another database; a task carries it there.
create table account_submissions (
  account_id integer primary key,
  count bigint not null default 0
);

insert into account_submissions (account_id, count)
  select account_id, count(*) from submission_result
  where account_id is not null and track_id is not null
  group by account_id;

create function count_account_submissions() returns trigger language plpgsql as $$
begin
  -- In order of account, so that two batches never wait for each other.
  insert into account_submissions as a (account_id, count)
    select account_id, count(*) from imported
    where account_id is not null and track_id is not null
    group by account_id order by account_id
  on conflict (account_id) do update set count = a.count + excluded.count;
  return null;
end
$$;

create trigger count_account_submissions after insert on submission_result
  referencing new table as imported
  for each statement execute function count_account_submissions();
