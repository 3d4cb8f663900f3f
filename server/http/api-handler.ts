import type { RequestHandler } from 'express';
import type { Outcome } from '../application/recent-requests.ts';
import type { Context } from '../context.ts';
import { isUnavailable, missingPartOf } from '../errors.ts';
import { isFromCluster } from './cluster-secret.ts';
import { refusalOf, renderRefusal } from './error-handler.ts';
import type { Parameters } from './params.ts';
import type { Answer } from './python-json.ts';
import { chargeRequest } from './rate-limit.ts';
import type { RateLimiterParts } from './rate-limit.ts';
import { JSON_FORMAT, readFormat, render } from './render.ts';
import type { Format } from './render.ts';
import { callerOf } from './request-context.ts';
import type { RequestContext } from './request-context.ts';
import { readParameters } from './request-parameters.ts';

/** One public method: parameters in, the members of its answer out; refusals are thrown. */
export type ApiMethod = (
  parameters: Parameters,
  request: RequestContext,
) => Promise<{ readonly [key: string]: Answer }>;

/** A method where it is served. `format` is fixed for the first version of the API. */
export interface ApiRoute {
  readonly path: string;
  readonly method: ApiMethod;
  readonly format?: Format;
}

/**
 * Binds a public method to HTTP: reads the parameters, answers in the asked format, and keeps
 * that format for refusals. Until the format is known a refusal is JSON.
 */
export function apiHandler(
  { config, log, metrics, now, recentRequests }: Context,
  limiter: RateLimiterParts,
  { format: fixedFormat, method, path }: ApiRoute,
): RequestHandler {
  const secret = config.settings['cluster.secret'];
  return async (request, response) => {
    const startedMs = performance.now();
    let format = fixedFormat ?? JSON_FORMAT;
    let application: number | null = null;
    let outcome: Outcome = 'ok';
    try {
      const parameters = await readParameters(request);
      format = fixedFormat ?? readFormat(parameters);
      const caller = callerOf(request);
      const admit = async (applicationId: number | undefined): Promise<void> => {
        application = applicationId ?? null;
        metrics.requestAdmitted(path, applicationId);
        if (isFromCluster(parameters, secret)) return;
        await chargeRequest(limiter, { applicationId, ip: caller.ip });
      };
      const answer = await method(parameters, { ...caller, admit });
      if (isWithoutMatch(answer)) outcome = 'no_match';
      render(response, format, 200, { ...answer, status: 'ok' });
    } catch (error) {
      const refusal = refusalOf(error, log);
      outcome = refusal.kind;
      if (refusal === error) metrics.requestRefused(path, refusal.kind);
      else metrics.requestFailed(path, isUnavailable(error) ? missingPartOf(error) : 'unknown');
      renderRefusal(response, format, refusal);
    }
    const tookMs = performance.now() - startedMs;
    metrics.requestAnswered(path, tookMs / 1000);
    recentRequests.note({
      at: new Date(now()),
      method: request.method,
      path,
      userAgent: request.headers['user-agent'],
      applicationId: application,
      outcome,
      tookMs,
    });
  };
}

/** Whether this is a lookup's answer that has nothing in it. */
function isWithoutMatch(answer: { readonly [key: string]: Answer }): boolean {
  const { results } = answer;
  return Array.isArray(results) && results.length === 0;
}
