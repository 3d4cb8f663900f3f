import type { Answer, Body } from '../../api/client.ts';
import type { EndpointName } from '../../api/client.ts';
import type { Text } from '../../messages/use-text.ts';

/** An act as the server takes it. */
export type Act = Body<'POST /acts'>['act'];

export type Case = Answer<'GET /suspicions'>['rows'][number];
export type Kind = Case['kind'];
export type Preview = Answer<'POST /acts/preview'>;
export type ListedAct = Answer<'GET /acts'>['rows'][number];

export const KINDS = [
  'link_length',
  'lone_link',
  'track_split',
  'track_merge',
  'duplicate_metas',
] as const satisfies readonly Kind[];

/** What an act makes old. */
export const CHANGED_BY_ACTS: readonly EndpointName[] = [
  'GET /suspicions',
  'GET /suspicions/:id',
  'GET /suspicion-queues',
  'GET /acts',
  'GET /acts/:id',
  'GET /act-accounts',
  'GET /tracks/:gid',
  'GET /tracks/:gid/history',
];

const SHORT = 8;

/** An id as it fits into a sentence. */
function shortId(id: string | number): string {
  return typeof id === 'string' ? `${id.slice(0, SHORT)}…` : String(id);
}

/** An act in a sentence. */
export function actWords(text: Text, act: Act): string {
  switch (act.kind) {
    case 'link_disable':
    case 'link_enable':
      return text(`moderation.act.${act.kind}`, {
        track: shortId(act.track),
        mbid: shortId(act.mbid),
      });
    case 'track_merge':
      return text('moderation.act.track_merge', {
        sources: act.sources.map(shortId).join(', '),
        target: shortId(act.target),
      });
    case 'track_split':
      return text('moderation.act.track_split', {
        count: act.fingerprints.length,
        track: shortId(act.track),
      });
    case 'mbid_merge':
      return text('moderation.act.mbid_merge', {
        source: shortId(act.source),
        target: shortId(act.target),
      });
    case 'mbid_disable':
      return text('moderation.act.mbid_disable', { mbid: shortId(act.mbid) });
    case 'meta_merge':
      return text('moderation.act.meta_merge', {
        count: act.sources.length + 1,
        track: shortId(act.track),
      });
    case 'bulk':
      return text('moderation.act.bulk', { count: act.acts.length });
  }
}

/** A listed act in a sentence; those of an undo say what they undid. */
export function listedWords(text: Text, { act, kind, undoes }: ListedAct): string {
  if (kind === 'undo') return text('moderation.act.undo', { id: undoes ?? 0 });
  // The log keeps acts as they were asked for, so it is one.
  return actWords(text, act as Act);
}
