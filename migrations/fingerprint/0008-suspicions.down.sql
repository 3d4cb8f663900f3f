drop table suspicion_cursor;
drop table suspicion;
