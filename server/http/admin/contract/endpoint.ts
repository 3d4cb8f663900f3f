/**
 * How the admin API is described: tables of endpoints by method and path, below `/api/admin`. The
 * server is bound to them, the renderer takes their types; nobody writes a shape twice.
 */
import { z } from 'zod';

/** Who may call: everybody, whoever is signed in, who may moderate, who runs the appliance. */
export type Access = 'anyone' | 'user' | 'moderator' | 'admin';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type EndpointName = `${Method} /${string}`;

export interface Endpoint {
  readonly access: Access;
  /** Texts of the query string, as strings. */
  readonly query?: z.ZodType;
  /** A JSON body. */
  readonly body?: z.ZodType;
  /** What comes back; without it there is nothing but 204. Keys it does not name are left out. */
  readonly answer?: z.ZodType;
}

export type EndpointTable = Readonly<Record<EndpointName, Endpoint>>;

/** The `:names` in a path. */
export type PathNames<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | PathNames<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

/** Rows of one page. */
const PAGE_MAX = 200;
const PAGE_DEFAULT = 50;

/** A moment: a date for whoever answers, ISO 8601 in UTC on the wire. */
export const moment = z.date().transform((date) => date.toISOString());

export const uuid = z.guid().transform((text) => text.toLowerCase());

/** A number in the query string. */
export const queryInteger = z.coerce.number().int();

/** A yes or no in the query string. */
export const queryFlag = z.enum(['1', '0']).transform((text) => text === '1');

/** What every list takes. */
export const page = {
  /** `next` of the page before; opaque. */
  cursor: z.string().max(1000).optional(),
  limit: queryInteger.min(1).max(PAGE_MAX).default(PAGE_DEFAULT),
};

/** A page of rows, and where the next one begins; null at the end. */
export function pageOf<T extends z.ZodType>(
  row: T,
): z.ZodObject<{ rows: z.ZodArray<T>; next: z.ZodNullable<z.ZodString> }> {
  return z.object({ rows: z.array(row), next: z.string().nullable() });
}
