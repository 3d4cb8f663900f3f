/** A tagger, as small as one can be: speaks the public API over HTTP. */
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 25;
const POLL_DEADLINE_MS = 20_000;

export interface Keys {
  readonly client: string;
  readonly user: string;
}

export interface ApiAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

export interface SubmissionState {
  readonly id: number;
  readonly status: 'pending' | 'imported';
  readonly result?: { readonly id: string };
}

export interface LookupResult {
  readonly id: string;
  readonly score: number;
  readonly recordings?: readonly { readonly id: string }[];
}

type Fields = Readonly<Record<string, string | number | readonly string[]>>;

export class ApiClient {
  readonly url: string;
  readonly keys: Keys;

  constructor(url: string, keys: Keys) {
    this.url = url;
    this.keys = keys;
  }

  /** Posts a form, with the client key unless the fields bring one. */
  async post(path: string, fields: Fields): Promise<ApiAnswer> {
    const form = formOf({ client: this.keys.client, ...fields });
    return this.send(path, { method: 'POST', body: form });
  }

  async get(path: string, fields: Fields): Promise<ApiAnswer> {
    return this.send(`${path}?${formOf({ client: this.keys.client, ...fields }).toString()}`, {});
  }

  async send(path: string, init: RequestInit): Promise<ApiAnswer> {
    const response = await fetch(this.url + path, init);
    return {
      status: response.status,
      contentType: response.headers.get('content-type') ?? '',
      text: await response.text(),
    };
  }

  /** Submits and returns the acknowledged ids; throws on anything but success. */
  async submit(fields: Fields): Promise<number[]> {
    const answer = await this.post('/v2/submit', { user: this.keys.user, ...fields });
    const { submissions } = parse<{ submissions: { id: number }[] }>(answer);
    return submissions.map(({ id }) => id);
  }

  async status(ids: readonly number[]): Promise<SubmissionState[]> {
    const answer = await this.get('/v2/submission_status', { id: ids.map(String) });
    return parse<{ submissions: SubmissionState[] }>(answer).submissions;
  }

  /** Waits until all of these submissions are imported, and returns the gids of their tracks. */
  async untilImported(ids: readonly number[]): Promise<string[]> {
    const deadline = Date.now() + POLL_DEADLINE_MS;
    for (;;) {
      const states = await this.status(ids);
      const gids = states.flatMap(({ result }) => result?.id ?? []);
      if (gids.length === ids.length) return gids;
      if (Date.now() > deadline) throw new Error(`not imported: ${JSON.stringify(states)}`);
      await delay(POLL_MS);
    }
  }

  async lookup(fields: Fields): Promise<LookupResult[]> {
    return parse<{ results: LookupResult[] }>(await this.post('/v2/lookup', fields)).results;
  }
}

function formOf(fields: Fields): URLSearchParams {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of Array.isArray(value) ? value : [value]) form.append(name, String(each));
  }
  return form;
}

function parse<T>({ status, text }: ApiAnswer): T {
  if (status !== 200) throw new Error(`the API answered ${status}: ${text}`);
  return JSON.parse(text) as T;
}
