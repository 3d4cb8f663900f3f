drop table session;
drop table account_google;
drop table account_openid;
alter table account drop constraint account_application_id_fkey;
drop table application;
drop table account;
