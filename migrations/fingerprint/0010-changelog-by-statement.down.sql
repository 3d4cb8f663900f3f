drop trigger fingerprint_inserted on fingerprint;
drop function log_inserted_fingerprints();

create trigger fingerprint_inserted
  after insert on fingerprint
  for each row when (new.fingerprint is not null)
  execute function log_fingerprint_change();
