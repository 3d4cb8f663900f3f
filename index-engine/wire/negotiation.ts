import type { IncomingHttpHeaders } from 'node:http';
import { JSON_TYPE, MSGPACK_TYPE } from '../contract.ts';

export type Format = 'json' | 'msgpack';

/**
 * The format of a request's body, or undefined for a type the engine does not speak. Without a type a
 * body is MessagePack and its absence JSON (fpindex.md section 2.3).
 */
export function requestFormat(headers: IncomingHttpHeaders, hasBody: boolean): Format | undefined {
  const type = headers['content-type'];
  if (type === undefined) return hasBody ? 'msgpack' : 'json';
  return formatOf(type.split(';', 1)[0] ?? '');
}

/** The format of the response: an exact `Accept` decides, anything else mirrors the request. */
export function responseFormat(headers: IncomingHttpHeaders, request: Format | undefined): Format {
  return formatOf(headers.accept ?? '') ?? request ?? 'json';
}

function formatOf(type: string): Format | undefined {
  const folded = type.toLowerCase();
  if (folded === JSON_TYPE) return 'json';
  if (folded === MSGPACK_TYPE) return 'msgpack';
  return undefined;
}
