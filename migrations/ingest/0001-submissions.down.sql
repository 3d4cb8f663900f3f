drop table submission_result;
drop table pending_submission;
drop table submission;
