drop trigger count_account_submissions on submission_result;
drop function count_account_submissions();
drop table account_submissions;
