/** Reads what somebody typed to find a track. */

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/;
/** As the functions search_words of the databases have it. */
const PUNCTUATION = /[!-/:-@[-`{-~\s]+/;
const WORDS_MAX = 6;
const FINGERPRINT_ID_MAX = 2_147_483_647;

/** What a text may mean. */
export interface SearchText {
  /** Lower case; an AcoustID, an MBID or a PUID. */
  readonly uuid: string | undefined;
  readonly fingerprintId: number | undefined;
  /** The first six; the rest is left out. */
  readonly words: readonly string[];
}

/** Reads a search: an id, also inside an address of MusicBrainz or AcoustID, a number, or words. */
export function readSearchText(text: string): SearchText {
  const uuid = text
    .toLowerCase()
    .split(/[/?#&=\s]+/)
    .find((part) => UUID.test(part));
  if (uuid !== undefined) return { uuid, fingerprintId: undefined, words: [] };
  const number = /^\s*#?(\d{1,10})\s*$/.exec(text)?.[1];
  const id = number === undefined ? undefined : Number(number);
  return {
    uuid: undefined,
    fingerprintId: id !== undefined && id > 0 && id <= FINGERPRINT_ID_MAX ? id : undefined,
    words: text
      .split(PUNCTUATION)
      .filter((word) => word !== '')
      .slice(0, WORDS_MAX),
  };
}

/** All words in the language of `to_tsquery`, the last one perhaps not typed to its end. */
export function tsqueryOf(words: readonly string[], isLastWhole: boolean): string {
  // Words have no quotes or backslashes in them: those are punctuation.
  const quoted = words.map((word) => `'${word}'`);
  return `${quoted.join(' & ')}${isLastWhole || words.length === 0 ? '' : ':*'}`;
}

/** Which words may be of the title and which of the artist: they come one after the other. */
export function splitWords(words: readonly string[]): { title: string; artist: string }[] {
  const splits = new Map<string, { title: string; artist: string }>();
  for (let at = 0; at <= words.length; at += 1) {
    const first = tsqueryOf(words.slice(0, at), at < words.length);
    const rest = tsqueryOf(words.slice(at), false);
    for (const split of [
      { title: first, artist: rest },
      { title: rest, artist: first },
    ]) {
      splits.set(`${split.title}\n${split.artist}`, split);
    }
  }
  return [...splits.values()];
}
