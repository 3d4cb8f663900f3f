/** Sends the requests of recorded HTTP cases exactly as they are, whatever a client would mend. */
import { request as send } from 'node:http';
import type { OutgoingHttpHeaders } from 'node:http';
import { demoKeyOf } from '../../server/application/demo-key.ts';

type Parameters = Readonly<Record<string, unknown>>;

export interface CaseRequest {
  readonly method: string;
  /** Which of upstream's processes is asked; the api when left out. */
  readonly app?: string;
  readonly path: string;
  /** Query string or urlencoded body, as the method has it; a list repeats the name. */
  readonly params?: Parameters;
  readonly query?: Parameters;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly body_hex?: string;
  readonly body_generate?: {
    readonly prefix: string;
    readonly fill: string;
    readonly total_bytes: number;
  };
  readonly multipart?: {
    readonly fields: readonly (readonly [string, string])[];
    readonly extra_fields: number;
  };
  readonly json?: unknown;
}

export interface CaseResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

const DAY_MS = 86_400_000;
const WITHOUT_FORM = new Set(['GET', 'HEAD', 'DELETE', 'OPTIONS']);

/** Sends one request to a server; redirects are not followed. */
export async function sendCase(base: string, request: CaseRequest): Promise<CaseResponse> {
  const { headers, body } = bodyOf(request);
  const inQuery = WITHOUT_FORM.has(request.method) ? (request.params ?? {}) : {};
  const query = encode({ ...request.query, ...inQuery });
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const outgoing = send({
      hostname,
      port,
      method: request.method,
      // As it stands: a URL object would clean up slashes.
      path: query === '' ? request.path : `${request.path}?${query}`,
      headers: { ...headers, ...request.headers },
      agent: false,
    });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        resolve({ status, headers: response.headers, body: Buffer.concat(chunks) });
      });
    });
    outgoing.end(body);
  });
}

function bodyOf(request: CaseRequest): { headers: OutgoingHttpHeaders; body: Buffer | undefined } {
  const { body, body_generate, body_hex, json, multipart, params } = request;
  if (body !== undefined) return bytes(Buffer.from(body));
  if (body_hex !== undefined) return bytes(Buffer.from(body_hex, 'hex'));
  if (body_generate) {
    const { fill, prefix, total_bytes } = body_generate;
    return bytes(Buffer.from(prefix + fill.repeat(total_bytes - prefix.length)));
  }
  if (multipart) {
    const extra = Array.from({ length: multipart.extra_fields }, (_, at) => [`x${at}`, 'y']);
    const parts = [...multipart.fields, ...extra].map(
      ([name, value]) =>
        `--BOUND\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
    );
    return bytes(Buffer.from(`${parts.join('')}--BOUND--\r\n`));
  }
  if (json !== undefined) return bytes(Buffer.from(JSON.stringify(json)), 'application/json');
  if (!params || WITHOUT_FORM.has(request.method)) return { headers: {}, body: undefined };
  return bytes(Buffer.from(encode(params)), 'application/x-www-form-urlencoded');
}

function bytes(body: Buffer, contentType?: string): { headers: OutgoingHttpHeaders; body: Buffer } {
  const headers = { 'Content-Length': body.length };
  return { headers: contentType ? { ...headers, 'Content-Type': contentType } : headers, body };
}

function encode(parameters: Parameters): string {
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of Array.isArray(value) ? value : [value]) pairs.append(name, textOf(each));
  }
  return pairs.toString();
}

/** A value, or the recipe of one that depends on the day. */
function textOf(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('$demo_key' in value)) return String(value);
  // The recipe's shape, as the case files' README has it.
  const { day_offset, secret } = value.$demo_key as { secret: string; day_offset: number };
  return demoKeyOf(secret, Date.now() + day_offset * DAY_MS);
}
