drop table moderation_act;
drop table job;
drop table setting;
