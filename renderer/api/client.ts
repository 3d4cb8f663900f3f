/** Calls of the admin API, typed by its contract; only types of the server are taken. */
import type { z } from 'zod';
import type { AdminContract } from '../../server/http/admin/contract.ts';
import type { PathNames } from '../../server/http/admin/contract/endpoint.ts';
import { connectionLost } from './connection.ts';
import { ApiError } from './errors.ts';

const ROOT = '/api/admin';

export type EndpointName = keyof AdminContract;

type Part<Name extends EndpointName, K extends string> =
  AdminContract[Name] extends Readonly<Record<K, infer T extends z.ZodType>> ? T : undefined;
type In<T> = T extends z.ZodType ? z.input<T> : undefined;

/** What an endpoint answers. */
export type Answer<Name extends EndpointName> =
  Part<Name, 'answer'> extends infer T ? (T extends z.ZodType ? z.output<T> : undefined) : never;

/** The query string an endpoint takes, before the server reads it: numbers may be numbers. */
export type Query<Name extends EndpointName> = In<Part<Name, 'query'>>;

export type Body<Name extends EndpointName> = In<Part<Name, 'body'>>;

/** Path parameters, query and body of a call; none is asked for that the endpoint does not take. */
export type Call<Name extends EndpointName> = ([PathNames<Name>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Readonly<Record<PathNames<Name>, string | number>> }) & {
  readonly query?: Query<Name>;
} & (Body<Name> extends undefined ? { readonly body?: undefined } : { readonly body: Body<Name> });

/** Calls an endpoint. Throws `ApiError` for a refusal and for a server that does not answer. */
export async function callApi<Name extends EndpointName>(
  name: Name,
  { body, params, query }: Call<Name>,
  signal?: AbortSignal,
): Promise<Answer<Name>> {
  const [method = 'GET', path = ''] = name.split(' ');
  const response = await send(urlOf(path, params ?? {}, query), {
    method,
    ...(body !== undefined && {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    }),
    ...(signal && { signal }),
  });
  // The contract says what it is; the server checked it against that on its way out.
  return (response.status === 204 ? undefined : await response.json()) as Answer<Name>;
}

/** Sends a file to an endpoint outside the contract, as the part `file`; the caller knows the answer. */
export async function uploadFile<T>(path: string, file: File): Promise<T> {
  const body = new FormData();
  body.set('file', file);
  const response = await send(urlOf(path, {}), { method: 'POST', body });
  return (await response.json()) as T;
}

/** The address of an endpoint, for links and downloads. */
export function urlOf(
  path: string,
  params: Readonly<Record<string, string | number>>,
  query?: unknown,
): string {
  const filled = path.replaceAll(/:(\w+)/g, (_whole, name: string) =>
    encodeURIComponent(params[name] ?? ''),
  );
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const text = search.toString();
  return `${ROOT}${filled}${text === '' ? '' : `?${text}`}`;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (cause) {
    if (init.signal?.aborted === true) throw cause;
    connectionLost();
    throw new ApiError(0, 'unreachable', 'the server does not answer', { cause });
  }
  if (response.ok) return response;
  const failure = (await response.json().catch(() => undefined)) as
    | { error?: { kind?: string; message?: string } }
    | undefined;
  const { kind = 'internal', message = response.statusText } = failure?.error ?? {};
  throw new ApiError(response.status, kind, message);
}
