import { pack, unpack } from 'msgpackr';
import { JSON_TYPE, MSGPACK_TYPE } from '../contract.ts';

export interface Answer {
  status: number;
  type: string | null;
  /** Decoded by the response's own type; '' for an empty body. */
  body: unknown;
}

export interface Send {
  method?: string;
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  raw?: Uint8Array | string;
  contentType?: string | undefined;
  accept?: string | undefined;
}

/** One request, exactly as told: no header that was not asked for. */
export async function send(url: string, path: string, options: Send = {}): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (options.contentType !== undefined) headers['content-type'] = options.contentType;
  if (options.accept !== undefined) headers['accept'] = options.accept;
  const body = options.raw === undefined ? encode(options) : Buffer.from(options.raw);
  const response = await fetch(url + path, {
    method: options.method ?? (body ? 'POST' : 'GET'),
    headers,
    ...(body && { body: new Uint8Array(body) }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const type = response.headers.get('content-type');
  return { status: response.status, type, body: decode(bytes, type) };
}

export const sendJson = (url: string, path: string, options: Send = {}): Promise<Answer> =>
  send(url, path, { contentType: JSON_TYPE, accept: JSON_TYPE, ...options });

export const sendMsgpack = (url: string, path: string, options: Send = {}): Promise<Answer> =>
  send(url, path, { contentType: MSGPACK_TYPE, accept: MSGPACK_TYPE, ...options });

function encode({ body, contentType }: Send): Uint8Array | undefined {
  if (body === undefined) return undefined;
  return contentType === JSON_TYPE ? Buffer.from(JSON.stringify(body)) : pack(body);
}

function decode(bytes: Buffer, type: string | null): unknown {
  if (bytes.length === 0) return '';
  if (type?.startsWith(JSON_TYPE)) return JSON.parse(bytes.toString());
  if (type === MSGPACK_TYPE) return unpack(bytes);
  return bytes.toString();
}
