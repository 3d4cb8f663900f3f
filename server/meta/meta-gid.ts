import { uuid5 } from '../fingerprint/uuid5.ts';

const META_NAMESPACE = '3b3bd228-5d2c-11ea-b498-60f67731bf41';

/** What a user said a recording is; the part of it that makes its identity. */
export interface MetaIdentity {
  readonly track?: string | null | undefined;
  readonly artist?: string | null | undefined;
  readonly album?: string | null | undefined;
  readonly album_artist?: string | null | undefined;
  readonly track_no?: number | null | undefined;
  readonly disc_no?: number | null | undefined;
  readonly year?: number | null | undefined;
}

/** Part of the identity: another order gives other gids for the same text. */
const FIELDS = [
  'track',
  'artist',
  'album',
  'album_artist',
  'track_no',
  'disc_no',
  'year',
] as const satisfies readonly (keyof MetaIdentity)[];

/**
 * The gid of a meta: UUID version 5 over its canonical JSON (behaviours.md section 5), so that
 * equal metas are found by an equal gid. Ports generate_meta_gid.
 */
export function metaGid(meta: MetaIdentity): string {
  return uuid5(META_NAMESPACE, metaCanonicalJson(meta));
}

/** JSON of the fields that are not empty, in a fixed order, without blanks, UTF-8 unescaped. */
export function metaCanonicalJson(meta: MetaIdentity): string {
  const present = FIELDS.filter((field) => Boolean(meta[field]));
  const members = present.map((field) => `${JSON.stringify(field)}:${toJson(meta[field])}`);
  return `{${members.join(',')}}`;
}

function toJson(value: string | number | null | undefined): string {
  return JSON.stringify(value);
}
