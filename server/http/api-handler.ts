import type { RequestHandler } from 'express';
import type { Log } from '../log.ts';
import { refusalOf, renderRefusal } from './error-handler.ts';
import type { Parameters } from './params.ts';
import type { Answer } from './python-json.ts';
import { JSON_FORMAT, readFormat, render } from './render.ts';
import { readParameters } from './request-parameters.ts';
import { requestContextOf } from './request-context.ts';
import type { RequestContext } from './request-context.ts';

/** One public method: parameters in, the members of its answer out; refusals are thrown. */
export type ApiMethod = (
  parameters: Parameters,
  request: RequestContext,
) => Promise<{ readonly [key: string]: Answer }>;

/**
 * Binds a public method to HTTP: reads the parameters, answers in the asked format, and keeps
 * that format for refusals. Until the format is known a refusal is JSON.
 */
export function apiHandler(method: ApiMethod, log: Log): RequestHandler {
  return async (request, response) => {
    let format = JSON_FORMAT;
    try {
      const parameters = await readParameters(request);
      format = readFormat(parameters);
      const answer = await method(parameters, requestContextOf(request));
      render(response, format, 200, { ...answer, status: 'ok' });
    } catch (error) {
      renderRefusal(response, format, refusalOf(error, log));
    }
  };
}
