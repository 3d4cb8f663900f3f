drop table fingerprint_source;
drop function increment_submission_count();
drop table fingerprint_data;
drop table fingerprint;
drop table source;
drop table format;
drop table track;
