drop trigger fingerprint_inserted on fingerprint;
drop function log_inserted_fingerprints();

create trigger fingerprint_inserted
  after insert on fingerprint
  for each row when (new.fingerprint is not null)
  execute function log_fingerprint_change();

create or replace function acoustid_extract_query(hashes integer[]) returns integer[]
language plpgsql immutable strict parallel safe
as $$
declare
  silence constant integer := 627964279;
  sound_count integer;
  skipped integer;
  hash integer;
  chosen integer[] := '{}';
begin
  perform acoustid_check_hashes(hashes);
  sound_count := cardinality(hashes) - cardinality(array_positions(hashes, silence));
  if sound_count = 0 then
    return chosen;
  end if;
  skipped := greatest(0, least(sound_count - 120, 80));
  foreach hash in array hashes[array_lower(hashes, 1) + skipped :] loop
    continue when hash = silence;
    hash := hash & -16;
    continue when hash = any (chosen);
    chosen := chosen || hash;
    exit when cardinality(chosen) = 120;
  end loop;
  return chosen;
end
$$;
