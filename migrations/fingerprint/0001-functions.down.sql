drop function acoustid_compare2(integer[], integer[], integer);
drop function acoustid_compare(integer[], integer[]);
drop function acoustid_extract_query(integer[]);
drop function acoustid_check_hashes(integer[]);
