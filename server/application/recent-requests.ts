/** The last requests of clients, so that whoever points one here sees that it arrived. */

/** Enough for somebody who watches; what is older is in the statistics. */
const REQUESTS_MAX = 200;
const USER_AGENT_LENGTH_MAX = 200;

/** What a request came to: an answer, an answer without a match, or the kind of its refusal. */
export type Outcome = string;

/** No parameters: a fingerprint says what somebody listens to, and a key is a key. */
export interface RecentRequest {
  /** Grows from one to the next. */
  readonly id: number;
  readonly at: Date;
  readonly method: string;
  readonly path: string;
  readonly userAgent: string | null;
  /** Unknown when the request was refused before its key was looked at. */
  readonly applicationId: number | null;
  readonly outcome: Outcome;
  readonly tookMs: number;
}

export type ClientName =
  | 'picard'
  | 'python'
  | 'quodlibet'
  | 'strawberry'
  | 'clementine'
  | 'browser'
  | 'curl'
  | 'silent'
  | 'other';

const CLIENTS: readonly (readonly [RegExp, ClientName])[] = [
  [/^MusicBrainz-Picard\//i, 'picard'],
  // pyacoustid, and with it beets and puddletag.
  [/^(python-requests|pyacoustid|beets)\b/i, 'python'],
  [/^Python-urllib\//i, 'quodlibet'],
  [/^strawberry\b/i, 'strawberry'],
  [/^clementine\b/i, 'clementine'],
  // Kid3 says it is a browser.
  [/^Mozilla\//i, 'browser'],
  [/^curl\//i, 'curl'],
];

/** The last requests, in memory only. */
export class RecentRequests {
  #requests: RecentRequest[] = [];
  #lastId = 0;

  note(request: Omit<RecentRequest, 'id' | 'userAgent'> & { userAgent: string | undefined }): void {
    this.#lastId += 1;
    const userAgent = request.userAgent?.slice(0, USER_AGENT_LENGTH_MAX) ?? null;
    this.#requests.push({ ...request, userAgent, id: this.#lastId });
    // Cut in halves, for a cut with each request would copy them all each time.
    if (this.#requests.length >= 2 * REQUESTS_MAX) {
      this.#requests = this.#requests.slice(-REQUESTS_MAX);
    }
  }

  /** The newest first, at most `limit`. */
  list(limit: number): RecentRequest[] {
    return this.#requests.slice(-Math.min(limit, REQUESTS_MAX)).reverse();
  }
}

/** Which program this is, as far as it says so. */
export function clientOf(userAgent: string | null): ClientName {
  if (userAgent === null || userAgent === '') return 'silent';
  return CLIENTS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? 'other';
}
