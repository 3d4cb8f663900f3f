drop function jsonb_populate_recordset(stats_lookups, jsonb);
drop view stats_lookups_upstream;
drop function insert_upstream_lookups();
drop table stats_top_accounts;
drop table stats_user_agents;
drop table stats_lookups;
drop function truncate_lookup_hour();
drop table stats;
