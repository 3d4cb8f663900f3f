/** Column types whose read and written forms differ; Kysely's own shorthands do not nest them. */
import type { ColumnType } from 'kysely';

/** timestamptz: read as a Date, written as one or as text PostgreSQL understands. */
export type Timestamp = ColumnType<Date, Date | string, Date | string>;
export type GeneratedTimestamp = ColumnType<Date, Date | string | undefined, Date | string>;

/** jsonb: read parsed, written as JSON text, because the driver would make an array a SQL array. */
export type Json = ColumnType<unknown, string, string>;
export type GeneratedJson = ColumnType<unknown, string | undefined, string>;
