drop function revert_moderation(uuid);

drop trigger propagate_track_merge on track;
create trigger propagate_track_merge
  after insert or update of new_id on track
  for each row when (new.new_id is not null)
  execute function update_merged_track_references();

drop function record_moderation_change() cascade;
drop table moderation_change;
drop table moderation_journal;
