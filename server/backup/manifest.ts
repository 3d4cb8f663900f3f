import { z } from 'zod';
import { DATABASE_NAMES } from '../config/settings.ts';
import type { DatabaseName } from '../config/settings.ts';

/** Digits and points of a 64-bit number, which JSON cannot hold as a number. */
const wholeNumber = z.string().regex(/^-?\d{1,20}$/);

const sectionSchema = z.object({
  /** `config`, `secret/<name>`, `index`, or `<database>/<schema>.<table>`. */
  name: z.string(),
  /** Of its first record, from the start of the file. */
  offset: z.int().nonnegative(),
  /** Of all its records. */
  storedBytes: z.int().nonnegative(),
  sizeBytes: z.int().nonnegative(),
  rows: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

const tableSchema = z.object({
  schema: z.string(),
  name: z.string(),
  /** In the order of the lines in its section; generated columns are left out. */
  columns: z.array(z.string()).min(1),
  /** Number of its section. */
  section: z.int().nonnegative(),
  /** The pieces of a partitioned table: their names, and `FOR VALUES …`. */
  partitions: z.array(z.object({ name: z.string(), bounds: z.string() })),
});

const databaseSchema = z.object({
  /** Bytes it took, which is about what it will take again. */
  sizeBytes: z.int().nonnegative(),
  migrations: z.array(z.object({ version: z.int(), name: z.string(), checksum: z.string() })),
  tables: z.array(tableSchema),
  sequences: z.array(
    z.object({
      schema: z.string(),
      name: z.string(),
      value: wholeNumber,
      isCalled: z.boolean(),
    }),
  ),
  /** Whether there was an index over whole fingerprints, which no migration makes. */
  vectorIndex: z.boolean(),
});

/** What a backup holds; the last thing written into it but the trailer. */
export const manifestSchema = z.object({
  /** ISO 8601, UTC: when the first snapshot was taken. */
  created: z.iso.datetime(),
  /** Version of the program that made it. */
  program: z.string(),
  /** Version of the PostgreSQL it was made from. */
  postgres: z.string(),
  sections: z.array(sectionSchema),
  databases: z.partialRecord(z.enum(DATABASE_NAMES), databaseSchema),
  /** Sections of other things than tables, by number. */
  config: z.int().nonnegative().optional(),
  secrets: z.record(z.string().regex(/^[a-z-]+$/), z.int().nonnegative()),
  index: z.int().nonnegative().optional(),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestDatabase = z.infer<typeof databaseSchema>;
export type ManifestSection = z.infer<typeof sectionSchema>;
export type ManifestTable = z.infer<typeof tableSchema>;

/** The databases a backup holds, in our order. */
export function databasesIn({ databases }: Manifest): DatabaseName[] {
  return DATABASE_NAMES.filter((name) => databases[name] !== undefined);
}
