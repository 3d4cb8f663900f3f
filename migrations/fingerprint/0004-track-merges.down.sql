drop trigger propagate_track_merge on track;
drop function update_merged_track_references();
