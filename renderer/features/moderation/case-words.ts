import type { Format } from '../../format/format.ts';
import type { Text } from '../../messages/use-text.ts';
import type { Case } from './act.ts';

/** The numbers behind a case in a few words, for the list. */
export function caseGist(text: Text, format: Format, { evidence }: Case): string {
  switch (evidence.kind) {
    case 'link_length':
      return text('moderation.gist.link_length', {
        gap: format.number(Math.round(evidence.gap_seconds)),
      });
    case 'lone_link':
      return text('moderation.gist.lone_link', { title: evidence.title });
    case 'track_split':
      return text('moderation.gist.track_split', { count: evidence.clusters.length });
    case 'track_merge':
      return text('moderation.gist.track_merge', { match: format.percent(evidence.mean_match) });
    case 'duplicate_metas':
      return text('moderation.gist.duplicate_metas', { count: evidence.metas.length });
  }
}

/** The numbers behind a case in whole sentences. */
export function caseReason(text: Text, format: Format, { evidence }: Case): string {
  switch (evidence.kind) {
    case 'link_length':
      return text('moderation.why.link_length', {
        recording: format.length(evidence.recording_seconds),
        gap: format.number(Math.round(evidence.gap_seconds)),
        limit: evidence.limit_seconds,
        count: evidence.fingerprints,
        sources: evidence.sources,
      });
    case 'lone_link':
      return text('moderation.why.lone_link', {
        title: format.percent(evidence.title_similarity),
        artist: format.percent(evidence.artist_similarity),
        links: evidence.other_links,
      });
    case 'track_split':
      return text('moderation.why.track_split', {
        count: evidence.clusters.length,
        between: format.percent(evidence.best_between),
        within: format.percent(evidence.worst_within),
      });
    case 'track_merge':
      return text('moderation.why.track_merge', {
        worst: format.percent(evidence.worst_match),
        mean: format.percent(evidence.mean_match),
        gap: format.number(evidence.length_gap_seconds),
        recordings: evidence.mbids.length,
      });
    case 'duplicate_metas':
      return text('moderation.why.duplicate_metas', { count: evidence.metas.length });
  }
}
