-- The listing of acts is made from the journal in the fingerprint database, and can be made again:
-- its rows know which journal they stand for.
alter table moderation_act add column journal_id uuid;
alter table moderation_act add constraint moderation_act_journal_id_key unique (journal_id);

comment on column moderation_act.journal_id is
  'moderation_journal of the fingerprint database, which holds what is needed to undo the act';
comment on column moderation_act.payload is
  '{act, counts: changed rows by table, tracks, undoes: id of the act it undoes}';

-- The history of a track.
create index moderation_act_tracks_idx on moderation_act using gin ((payload -> 'tracks'));
