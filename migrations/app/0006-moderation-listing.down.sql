drop index moderation_act_tracks_idx;
alter table moderation_act drop column journal_id;
comment on column moderation_act.payload is 'everything needed to undo the act';
