-- Keeps new_id one hop long whoever writes it, so that a reader resolves a track by one step.

create function update_merged_track_references() returns trigger language plpgsql as $$
declare
  seen integer[] := array[new.id];
  target integer := new.new_id;
  next_target integer;
begin
  loop
    -- Rows loaded without triggers may hold a loop of their own: remember every step, not only ours.
    if target = any (seen) then
      raise exception 'track % cannot be merged into track %: that would be a loop',
        new.id, new.new_id using errcode = 'integrity_constraint_violation';
    end if;
    seen := array_append(seen, target);
    -- The lock makes two merges at once see each other: one waits, or is refused as a deadlock.
    select new_id into next_target from track where id = target for no key update;
    exit when next_target is null;
    target := next_target;
  end loop;
  update track set new_id = target
    where (new_id = new.id or id = new.id) and new_id is distinct from target;
  return null;
end
$$;

create trigger propagate_track_merge
  after insert or update of new_id on track
  for each row when (new.new_id is not null)
  execute function update_merged_track_references();
