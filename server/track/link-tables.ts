/** The four tables that link a track with a value, and what each calls it. */
export const LINK_TABLES = {
  mbid: { column: 'mbid', type: 'uuid' },
  puid: { column: 'puid', type: 'uuid' },
  meta: { column: 'meta_id', type: 'int' },
  foreignid: { column: 'foreignid_id', type: 'int' },
} as const;

export type LinkNoun = keyof typeof LINK_TABLES;

/** The nouns, in the order in which acts go through them. */
export const LINK_NOUNS = ['mbid', 'puid', 'meta', 'foreignid'] as const satisfies LinkNoun[];
