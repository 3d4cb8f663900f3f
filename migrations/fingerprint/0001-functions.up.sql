-- The functions of upstream's C extension that its own queries use, in plain SQL, because the
-- PostgreSQL we ship has no such extension. Results are the same to the bit. The server compares in
-- server/fingerprint/, hundreds of times faster; these serve triggers and administrators.
--
-- Arrays hold hashes as signed 32-bit integers, one dimension, no nulls, any lower bound.

create function acoustid_check_hashes(hashes integer[]) returns void
language plpgsql immutable parallel safe
as $$
begin
  if array_ndims(hashes) > 1 then
    raise exception using
      errcode = 'array_subscript_error', message = 'array must be one-dimensional';
  end if;
  if array_position(hashes, null) is not null then
    raise exception using
      errcode = 'null_value_not_allowed', message = 'array must not contain nulls';
  end if;
end
$$;

-- Up to 120 distinct hashes to search by, low 4 bits cleared. 627964279 is the hash of silence; the
-- start is counted without silence but is a position in the whole array, as it is upstream.
create function acoustid_extract_query(hashes integer[]) returns integer[]
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

-- The share of positions that agree but for two bits, at the best offset from -119 to 120, of the
-- shorter fingerprint's length. Window and its missing end are upstream's.
create function acoustid_compare(a integer[], b integer[]) returns real
language plpgsql immutable strict parallel safe
as $$
declare
  best integer;
begin
  perform acoustid_check_hashes(a);
  perform acoustid_check_hashes(b);
  if cardinality(a) = 0 or cardinality(b) = 0 then
    return 0;
  end if;
  -- Slices count from 1 whatever the lower bounds were.
  a := a[:];
  b := b[:];
  select max(matches) into best
  from generate_series(greatest(-119, 1 - cardinality(b)), least(120, cardinality(a) - 1)) as ahead,
    lateral (
      select count(*)::integer as matches
      from unnest(a[1 + greatest(ahead, 0) :], b[1 - least(ahead, 0) :]) as pair (x, y)
      where bit_count((x # y)::bit(32)) <= 2
    ) as aligned;
  return coalesce(best, 0)::real / least(cardinality(a), cardinality(b))::real;
end
$$;

-- Scores a against b over the best alignment within max_offset positions; 0 means no limit. The
-- steps are those of ../shared/spec/chromaprint.md section 4, and so are the oddities:
-- positions that are multiples of 65536 count as absent, key 16383 gets no vote, and it is not
-- counted as unique where the table upstream forgets to clear happens to hold something.
create function acoustid_compare2(a integer[], b integer[], max_offset integer default 0)
returns real
language plpgsql immutable strict parallel safe
as $$
declare
  min_size integer;
  vote record;
  residue boolean;
  overlap integer;
  a_unique integer;
  b_unique integer;
  a_last_key boolean;
  diversity real;
  bit_errors integer;
  score real;
  scaled double precision;
begin
  perform acoustid_check_hashes(a);
  perform acoustid_check_hashes(b);
  if cardinality(a) = 0 or cardinality(b) = 0 then
    return 0;
  end if;
  a := a[:];
  b := b[:];
  min_size := least(cardinality(a), cardinality(b)) & ~1;

  -- The offset that reaches the highest count first, keys taken in order, is the one of those with
  -- that count whose last key is lowest.
  with
    a_position as (
      select (hash >> 18) & 16383 as key, (max(place) - 1) & 65535 as position
      from unnest(a) with ordinality as item (hash, place) group by 1
    ),
    b_position as (
      select (hash >> 18) & 16383 as key, (max(place) - 1) & 65535 as position
      from unnest(b) with ordinality as item (hash, place) group by 1
    )
  select (a_position.position - b_position.position)::integer as ahead, count(*) as votes
  into vote
  from a_position join b_position using (key)
  where key < 16383 and a_position.position <> 0 and b_position.position <> 0
    and (max_offset = 0 or abs(a_position.position - b_position.position) <= max_offset)
  group by ahead order by votes desc, max(key) limit 1;
  if not found then
    return 0;
  end if;

  select coalesce(max(place) - 1, 0) & 65535 >= 256 into residue
  from unnest(a) with ordinality as item (hash, place) where (hash >> 18) & 16383 = 8191;

  a := a[1 + greatest(vote.ahead, 0) :];
  b := b[1 - least(vote.ahead, 0) :];
  overlap := least(cardinality(a), cardinality(b)) & ~1;
  if overlap = 0 or min_size = 0 then
    return 0;
  end if;

  select count(distinct key) filter (where key < 16383 or not residue),
    count(*) filter (where key = 16383) > 0
  into a_unique, a_last_key
  from (select (hash >> 18) & 16383 as key from unnest(a) as hash) as item;
  select count(distinct key) filter (where key < 16383 or not (residue or a_last_key))
  into b_unique
  from (select (hash >> 18) & 16383 as key from unnest(b) as hash) as item;

  -- Quotients are rounded to 32 bits before the sum, which is not.
  diversity := least(
    1::double precision,
    ((a_unique + 10)::real / cardinality(a)::real)::double precision + 0.5::double precision,
    ((b_unique + 10)::real / cardinality(b)::real)::double precision + 0.5::double precision
  )::real;
  if vote.votes < greatest(a_unique, b_unique) * 0.02::double precision then
    return 0;
  end if;

  select sum(bit_count((x # y)::bit(32))) into bit_errors
  from unnest(a[: overlap], b[: overlap]) as pair (x, y);
  score := greatest(
    0,
    overlap::double precision / min_size
      * (1 - 2 * bit_errors::real::double precision / (32::double precision * overlap))
  )::real;
  if diversity < 1 and score > 0 then
    scaled := power(score::double precision, 8 - 7 * diversity::double precision);
    -- PostgreSQL refuses to round to zero what C does.
    score := case when scaled <= 2 ^ -150::double precision then 0 else scaled end;
  end if;
  return score;
end
$$;
