/** Submissions with duplicates and conflicts, whose outcome does not depend on their order. */
import { degraded, fingerprintText, syntheticHashes } from './synthetic-fingerprint.ts';

/** Of each recording this many submissions, on average. */
const COPIES = 5;
const BATCH = 20;
const SECONDS = 100;
/** Further apart than any two fingerprints of one track may be. */
const OTHER_LENGTH_SECONDS = 20;

/** One submit request, without keys. */
export interface PlannedRequest {
  /** Names the request for ever: the client version it is sent with. */
  readonly version: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly size: number;
}

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Requests of twenty submissions each, `count` submissions in all. */
export function planSubmissions(count: number, random: () => number): PlannedRequest[] {
  const recordings = Math.ceil(count / COPIES);
  return Array.from({ length: Math.ceil(count / BATCH) }, (_, at) => {
    const size = Math.min(BATCH, count - at * BATCH);
    const fields: Record<string, string> = {};
    for (let place = 0; place < size; place += 1) {
      const recording = Math.floor(random() * recordings);
      for (const [name, value] of Object.entries(planOne(recording, recordings, random))) {
        fields[`${name}.${place}`] = value;
      }
    }
    return { version: `request-${at}`, fields, size };
  });
}

/** One heard copy of a recording and what somebody says it is. */
function planOne(
  recording: number,
  recordings: number,
  random: () => number,
): Record<string, string> {
  const fields: Record<string, string> = { duration: String(SECONDS + (recording % 200)) };
  const hashes = syntheticHashes(recording + 1);
  const kind = random();
  let heard = hashes;
  // A noisy copy: the same fingerprint. Its lengths agree, for the first one's is kept.
  if (kind < 0.5) heard = degraded(hashes, 20 + Math.floor(random() * 40));
  // Another mix: another fingerprint of the same track.
  else if (kind < 0.65) heard = hashes.map((hash, at) => (at % 2 ? hash : (hash ^ 0x17) >>> 0));
  // Another cut: too long or short for the track, so a track of its own.
  else if (kind < 0.75)
    fields['duration'] = String(Number(fields['duration']) + OTHER_LENGTH_SECONDS);
  // Too little to say what it is.
  else if (kind < 0.78) heard = hashes.subarray(0, 60);
  fields['fingerprint'] = fingerprintText(heard);
  // One in eight says that it is the next recording.
  const claimed = random() < 0.125 ? (recording + 1) % recordings : recording;
  if (random() < 0.9) fields['mbid'] = uuidOf('aaaa', claimed);
  if (random() < 0.3) fields['puid'] = uuidOf('bbbb', recording % 50);
  if (random() < 0.4) fields['foreignid'] = `vendor${recording % 3}:${claimed}`;
  if (random() < 0.5 || fields['mbid'] === undefined) fields['track'] = `Title ${claimed % 300}`;
  return fields;
}

function uuidOf(kind: string, number: number): string {
  return `00000000-0000-4000-${kind}-${String(number).padStart(12, '0')}`;
}
