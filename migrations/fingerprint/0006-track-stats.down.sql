drop materialized view track_stats;
