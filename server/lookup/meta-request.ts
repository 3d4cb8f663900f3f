/** How much of a noun an answer has: nothing, its id, or all of it. */
export type Extent = 'none' | 'ids' | 'full';

/** What hangs directly on a result. */
export type MetaShape = 'none' | 'recordings' | 'm2' | 'releasegroups' | 'releases';

/** What `meta` asks for (api-v2.md section 9). */
export interface MetaRequest {
  readonly shape: MetaShape;
  readonly recordings: Extent;
  readonly releaseGroups: Extent;
  readonly releases: Extent;
  /** Mediums with the tracks on them, inside releases. */
  readonly tracks: boolean;
  readonly compress: boolean;
  readonly isrcs: boolean;
  readonly sources: boolean;
  readonly usermeta: boolean;
}

/** Whole values, not words, that stand for one word. */
const SHORTHANDS: Readonly<Record<string, string>> = { '0': '', '1': 'recordingids', '2': 'm2' };

/** Reads `meta`: words split on white space, case-sensitive, unknown ones ignored. */
export function readMeta(meta: string | undefined): MetaRequest {
  const text = meta ?? '';
  const words = new Set((SHORTHANDS[text] ?? text).split(/\s+/));
  const extentOf = (noun: string): Extent => {
    // The short form wins over the full form of the same thing.
    if (words.has(`${noun}ids`)) return 'ids';
    return words.has(`${noun}s`) ? 'full' : 'none';
  };
  const recordings = words.has('isrcs') ? 'full' : 'none';
  const request = {
    recordings: extentOf('recording') === 'none' ? recordings : extentOf('recording'),
    releaseGroups: extentOf('releasegroup'),
    releases: extentOf('release'),
  };
  return {
    ...request,
    shape: shapeOf(words, request),
    tracks: words.has('tracks'),
    compress: words.has('compress'),
    isrcs: words.has('isrcs'),
    sources: words.has('sources'),
    usermeta: words.has('usermeta'),
  };
}

function shapeOf(
  words: ReadonlySet<string>,
  {
    recordings,
    releaseGroups,
    releases,
  }: Record<'recordings' | 'releaseGroups' | 'releases', Extent>,
): MetaShape {
  if (words.has('m2')) return 'm2';
  if (recordings !== 'none') return 'recordings';
  if (releaseGroups !== 'none') return 'releasegroups';
  return releases === 'none' ? 'none' : 'releases';
}
