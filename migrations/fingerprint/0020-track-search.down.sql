drop index track_stats_total_submissions_idx;
drop index meta_search_idx;
drop function search_words(text);
