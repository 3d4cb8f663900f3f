import { raw } from 'express';
import type { Request, RequestHandler } from 'express';
import { DomainError } from '../errors.ts';
import { renderPage } from './pages.ts';
import { Parameters } from './params.ts';

/** Bytes of a request body after inflating (api-v2.md section 2). */
export const BODY_BYTES_MAX = 1_048_576;
/** Parts of a multipart body. */
export const PARTS_MAX = 1000;

const METHODS_WITH_FORM = new Set(['POST', 'PUT', 'PATCH']);
const URLENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';

/**
 * Reads the body of methods that have a form, at most `BODY_BYTES_MAX` inflated bytes. Only gzip
 * is decoded, as upstream does; a body in any other encoding is taken as it is.
 */
export function readBody(): RequestHandler {
  const readForm = raw({ type: () => true, limit: BODY_BYTES_MAX, inflate: true });
  return (request, response, next) => {
    const { 'content-encoding': encoding, 'content-length': declared } = request.headers;
    const size = declared === undefined ? undefined : Number(declared);
    const isGzip = encoding?.trim().toLowerCase() === 'gzip' && size !== 0;
    if (isGzip) request.headers['content-encoding'] = 'gzip';
    else delete request.headers['content-encoding'];
    if (!METHODS_WITH_FORM.has(request.method)) next();
    // A compressed body of that size is no form of ours; upstream's answer to it is a page.
    else if (isGzip && size !== undefined && size > BODY_BYTES_MAX) renderPage(response, 400);
    else readForm(request, response, next);
  };
}

/**
 * The parameters of a request: query string, then the form, if there is one. Throws
 * `request_too_large` for a form that cannot be read, which is upstream's answer to that too.
 */
export async function readParameters(request: Request): Promise<Parameters> {
  const pairs = queryPairs(request);
  if (METHODS_WITH_FORM.has(request.method)) pairs.push(...(await formPairs(request)));
  return new Parameters(pairs);
}

/** The parameters of the query string, in their order. */
export function queryPairs(request: Request): [string, string][] {
  const at = request.url.indexOf('?');
  return at < 0 ? [] : [...new URLSearchParams(request.url.slice(at + 1))];
}

async function formPairs(request: Request): Promise<[string, string][]> {
  const body: unknown = request.body;
  if (!Buffer.isBuffer(body) || body.length === 0) return [];
  const contentType = request.headers['content-type'] ?? '';
  const mediaType = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType === URLENCODED) return [...new URLSearchParams(decodeUtf8(body))];
  if (mediaType === MULTIPART) return multipartPairs(body, contentType);
  return [];
}

function decodeUtf8(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch (cause) {
    // Upstream meets undecodable bytes while parsing the form and answers as for a large one.
    throw new DomainError('request_too_large', {}, { cause });
  }
}

async function multipartPairs(body: Buffer, contentType: string): Promise<[string, string][]> {
  let form: FormData;
  try {
    // The platform's own parser; the body is in memory already and bounded.
    const blob = new Uint8Array(body);
    form = await new Response(blob, { headers: { 'content-type': contentType } }).formData();
  } catch {
    // A body that is not what its type says holds no parameters.
    return [];
  }
  const entries = [...form];
  if (entries.length > PARTS_MAX) throw new DomainError('request_too_large', {});
  return entries.flatMap(([name, value]): [string, string][] =>
    typeof value === 'string' ? [[name, value]] : [],
  );
}
