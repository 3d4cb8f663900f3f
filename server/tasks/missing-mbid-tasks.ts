import type { Context } from '../context.ts';
import type { Queryable } from '../db/queryable.ts';

/** MBIDs are handed on together, for a popular client finds many in a second. */
const HAND_ON_EVERY_MS = 1000;
/** Beyond so many waiting they are left for their next lookup. */
const WAITING_MAX = 1000;
/** How long it is believed that MusicBrainz is there, or is not. */
const PRESENCE_MS = 300_000;

type Parts = Pick<Context, 'databases' | 'log' | 'missingMbids' | 'now' | 'tasks'>;

/** Queues a task for each linked MBID that lookups did not find in MusicBrainz. */
export class MissingMbidTasks implements AsyncDisposable {
  readonly #parts: Parts;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #handing: Promise<void> = Promise.resolve();
  #presence: { readonly isThere: boolean; readonly untilMs: number } | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): void {
    this.#parts.missingMbids.onMissing = (mbids) => {
      for (const mbid of mbids) if (this.#waiting.size < WAITING_MAX) this.#waiting.add(mbid);
      this.#timer ??= setTimeout(() => this.#handOn(), HAND_ON_EVERY_MS).unref();
    };
  }

  /** What still waits is dropped: the next lookup finds it again. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#parts.missingMbids.onMissing = () => undefined;
    clearTimeout(this.#timer);
    await this.#handing;
  }

  #handOn(): void {
    this.#timer = undefined;
    const mbids = [...this.#waiting];
    this.#waiting.clear();
    this.#handing = this.#enqueue(mbids).catch((error: unknown) => {
      this.#parts.log.warn({ err: error, count: mbids.length }, 'missing MBIDs not looked into');
    });
  }

  async #enqueue(mbids: readonly string[]): Promise<void> {
    // Where there is no MusicBrainz every MBID is missing, and nothing could be said of any.
    if (!(await this.#isMusicbrainzThere())) return;
    await this.#parts.tasks.enqueue(
      mbids.map((mbid) => ({ name: 'merge_missing_mbid', args: { mbid } })),
    );
  }

  async #isMusicbrainzThere(): Promise<boolean> {
    const now = this.#parts.now();
    if (this.#presence === undefined || this.#presence.untilMs <= now) {
      const isThere = await hasRecordings(this.#parts.databases.musicbrainz.pool);
      this.#presence = { isThere, untilMs: now + PRESENCE_MS };
    }
    return this.#presence.isThere;
  }
}

async function hasRecordings(musicbrainz: Queryable): Promise<boolean> {
  const { rows } = await musicbrainz.query<{ there: boolean }>(
    'select exists (select from musicbrainz.recording limit 1) as there',
  );
  return rows[0]?.there === true;
}
