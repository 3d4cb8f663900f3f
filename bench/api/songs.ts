/** Songs that do not exist: fingerprints that walk as real ones do, the same for the same seed. */

const HASHES = 948;
const SONG_SECONDS = 118;

/** Hashes of one song: each keeps most bits of the one before. */
export function songHashes(seed: number): Uint32Array {
  const next = generator(seed);
  const hashes = new Uint32Array(HASHES);
  let hash = next();
  for (let at = 0; at < HASHES; at += 1) {
    // Two to four of 32 bits change from one hash to the next.
    for (let bit = 2 + (next() % 3); bit > 0; bit -= 1) hash = (hash ^ (1 << (next() % 32))) >>> 0;
    hashes[at] = hash;
  }
  return hashes;
}

/** The song as another rip of it: one bit in every fortieth is wrong, and it starts a little later. */
export function heardAgain(hashes: Uint32Array, seed: number): Uint32Array {
  const next = generator(seed + 0x5eed);
  const start = next() % 8;
  const heard = hashes.slice(start);
  for (let at = 0; at < heard.length; at += 1) {
    if (next() % 5 < 4) heard[at] = ((heard[at] ?? 0) ^ (1 << (next() % 32))) >>> 0;
  }
  return heard;
}

/** Length of a song in whole seconds. */
export function songSeconds(seed: number): number {
  return SONG_SECONDS + (generator(seed + 7)() % 240);
}

/** Numbers of 32 bits, of which streams of different seeds share nothing for long (sfc32). */
function generator(seed: number): () => number {
  let a = seed | 0;
  let b = 0x9e3779b9;
  let c = 0x243f6a88;
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  };
  for (let round = 0; round < 15; round += 1) next();
  return next;
}
