import type { Context } from '../../context.ts';
import { shortestFloat32 } from '../../fingerprint/float32.ts';
import { answerQueries } from '../../lookup/answer-queries.ts';
import type { AnsweredQuery } from '../../lookup/answer-queries.ts';
import { loadMetadata } from '../../lookup/metadata.ts';
import type { LookupMetadata } from '../../lookup/metadata.ts';
import { readMeta } from '../../lookup/meta-request.ts';
import type { ApiMethod } from '../api-handler.ts';
import type { Parameters } from '../params.ts';
import { PythonFloat } from '../python-float.ts';
import type { Answer } from '../python-json.ts';
import { LOCAL_LIMITS, PUBLIC_LIMITS, readLookup } from './lookup-parameters.ts';
import type { BatchLimits, LookupRequest, Query } from './lookup-parameters.ts';
import { renderExplanation } from './render-explanation.ts';
import { renderMetadata } from './render-recordings.ts';

/** `/v2/lookup` (api-v2.md section 8). */
export function lookupMethod(context: Context): ApiMethod {
  const { config, databases, index, lookupCounters, missingMbids } = context;
  const { settings } = config;
  const parts = {
    fingerprint: databases.fingerprint.pool,
    musicbrainz: databases.musicbrainz.pool,
    index,
    timeoutMs: Math.round(settings['website.search_timeout'] * 1000),
    missingMbids: (mbids: readonly string[]) => missingMbids.note(mbids),
  };
  return async (parameters, { admit, ip, isLocal, userAgent }) => {
    const applicationId = await context.apiKeys.requireApplication(parameters.require('client'));
    const asked = readLookup(parameters, limitsFor(parameters, isLocal));
    await admit(applicationId);
    const request = settings['website.search_return_metadata'] ? asked : withoutMetadata(asked);
    const { meta, queries, toleranceSeconds } = request;
    const options = { toleranceSeconds, withLinks: meta.shape !== 'none' };
    const answered = await answerQueries(parts, queries, options);
    const tracks = answered.flatMap(({ results }) => results);
    const metadata = await loadMetadata(parts, tracks, meta, {
      canonical: request.extensions.canonical,
    });
    const hits = answered.filter(({ results }) => results.length > 0).length;
    lookupCounters.count({ applicationId, ip, userAgent, hits, misses: answered.length - hits });
    const rendered = answered.map((each) => renderAnswer(each, metadata, request));
    if (!request.isBatch) return rendered[0] ?? { results: [] };
    const indexes = answered.map(({ query }) => query.index ?? null);
    return { fingerprints: rendered.map((each, at) => ({ ...each, index: indexes[at] ?? null })) };
  };
}

function withoutMetadata(request: LookupRequest): LookupRequest {
  return { ...request, meta: readMeta(undefined) };
}

function limitsFor(parameters: Parameters, isLocal: boolean): BatchLimits {
  return parameters.get('limits') === 'local' && isLocal ? LOCAL_LIMITS : PUBLIC_LIMITS;
}

function renderAnswer(
  { query, results, search }: AnsweredQuery<Query>,
  metadata: LookupMetadata,
  { extensions, meta }: LookupRequest,
): { readonly [key: string]: Answer } {
  const order = { ...extensions, durationSeconds: query.durationSeconds };
  const rendered = results.map(({ id, score, trackId }) => ({
    id,
    score: new PythonFloat(shortestFloat32(score)),
    ...renderMetadata(trackId, metadata, meta, order),
  }));
  if (!extensions.explain || query.kind !== 'fingerprint' || !search) return { results: rendered };
  return { results: rendered, explanation: renderExplanation(query.hashes, search) };
}
