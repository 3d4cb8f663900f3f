import type { Response } from 'express';
import { DomainError } from '../errors.ts';
import type { Parameters } from './params.ts';
import { writePythonJson } from './python-json.ts';
import type { Answer } from './python-json.ts';
import { writeXml } from './xml.ts';

export type Format =
  | { readonly kind: 'json' }
  | { readonly kind: 'xml' }
  | { readonly kind: 'jsonp'; readonly callback: string };

export const JSON_FORMAT: Format = { kind: 'json' };

const DEFAULT_CALLBACK = 'jsonAcoustidApi';
const CALLBACK = /^[$a-z_][0-9a-z_]*(\.[$a-z_][0-9a-z_]*)*$/i;

/**
 * Reads `format` and `jsoncallback` (api-v2.md section 3). A callback that is no dotted name is
 * replaced by the default one without an error. Throws `unknown_format`.
 */
export function readFormat(parameters: Parameters): Format {
  const format = parameters.get('format') ?? 'json';
  switch (format) {
    case 'json':
      return JSON_FORMAT;
    case 'xml':
      return { kind: 'xml' };
    case 'jsonp': {
      const callback = parameters.get('jsoncallback') ?? DEFAULT_CALLBACK;
      return { kind: 'jsonp', callback: CALLBACK.test(callback) ? callback : DEFAULT_CALLBACK };
    }
    default:
      throw new DomainError('unknown_format', { format });
  }
}

/** Sends an answer in the asked format. */
export function render(
  response: Response,
  format: Format,
  status: number,
  answer: { readonly [key: string]: Answer },
): void {
  response.status(status);
  switch (format.kind) {
    case 'json':
      send(response, 'application/json; charset=UTF-8', writePythonJson(answer));
      return;
    case 'jsonp':
      send(
        response,
        'application/javascript; charset=UTF-8',
        `${format.callback}(${writePythonJson(answer)})`,
      );
      return;
    case 'xml':
      send(response, 'text/xml; charset=UTF-8', writeXml(answer));
      return;
  }
}

function send(response: Response, contentType: string, body: string): void {
  // Not response.type(): Express would write the charset in its own spelling.
  response.setHeader('Content-Type', contentType);
  response.end(body);
}
