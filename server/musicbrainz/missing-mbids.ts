import { LRUCache } from 'lru-cache';

/** MBIDs remembered as asked about; beyond, the oldest may be asked about again too early. */
const MBIDS_MAX = 100_000;
/** MusicBrainz replicates hourly, so asking more often brings nothing. */
const REMEMBERED_MS = 3_600_000;

/**
 * MBIDs that tracks are linked with and MusicBrainz did not know when they were looked up. Each is
 * handed on once an hour, to be checked for a redirect (behaviours.md section 4).
 */
export class MissingMbids {
  readonly #seen = new LRUCache<string, true>({ max: MBIDS_MAX, ttl: REMEMBERED_MS });
  /** Where new ones go; set by whoever queues the check. Must not throw. */
  onMissing: (mbids: readonly string[]) => void = () => undefined;

  /** Takes note of missing MBIDs and hands on those not seen within the hour. */
  note(mbids: readonly string[]): void {
    const fresh = mbids.filter((mbid) => !this.#seen.has(mbid));
    if (fresh.length === 0) return;
    for (const mbid of fresh) this.#seen.set(mbid, true);
    this.onMissing(fresh);
  }
}
