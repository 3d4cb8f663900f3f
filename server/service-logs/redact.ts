import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { configPlacesOf } from '../backup/parts.ts';
import type { Config } from '../config/config.ts';
import { SETTINGS } from '../config/settings.ts';
import type { Queryable } from '../db/queryable.ts';

const GONE = '[redacted]';
/** Shorter ones would take ordinary words out of every line. */
const SECRET_LENGTH_MIN = 6;
/** Keys of applications and accounts looked for; a million of them take some 60 MB for a moment. */
const KEYS_MAX = 1_000_000;

/** Names whose value is a secret, however it is written: `name=value`, `"name": "value"`. */
const NAMED =
  /(?<name>\b(?:api_?key|pass(?:word|wd)?|pwd|\w*token|\w*secret|authorization|cookie|acoustid_session)\b["']?\s*[=:]\s*["']?)(?:bearer\s+)?[^\s"'&,;}]+/gi;
/** Keys as clients send them in an address. */
const PARAMETERS = /(?<name>[?&](?:client|user)=)[^&\s"']+/gi;
const CREDENTIALS = /:\/\/[^/\s@]+@/g;
const SETUP_LINK = /\/setup#[\w-]+/g;
const WORD = /[A-Za-z0-9_-]{6,}/g;

/** Takes secrets out of lines: those that are known, and whatever is named as one. */
export class Redactor {
  readonly #secrets: readonly string[];
  readonly #keys: ReadonlySet<string>;

  constructor(secrets: readonly string[], keys: ReadonlySet<string> = new Set()) {
    this.#secrets = secrets.filter((secret) => secret.length >= SECRET_LENGTH_MIN);
    this.#keys = keys;
  }

  redact(line: string): string {
    let clean = line;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, GONE);
    clean = clean
      .replace(NAMED, `$<name>${GONE}`)
      .replace(PARAMETERS, `$<name>${GONE}`)
      .replace(CREDENTIALS, `://${GONE}@`)
      .replace(SETUP_LINK, `/setup#${GONE}`);
    if (this.#keys.size === 0) return clean;
    return clean.replace(WORD, (word) => (this.#keys.has(word) ? GONE : word));
  }
}

/** The secrets of this appliance: of its configuration and of its data folder. */
export async function listSecrets(config: Config, dataDir: string): Promise<string[]> {
  const secrets = Object.entries(SETTINGS).flatMap(([key, setting]) => {
    if (!setting.secret) return [];
    const value = config.settings[key as keyof typeof SETTINGS];
    return typeof value === 'string' ? [value] : [];
  });
  const { secrets: folder } = configPlacesOf(dataDir);
  // Split roles have no such folder, and then no such secrets.
  const names = await readdir(folder).catch(() => []);
  for (const name of names) secrets.push((await readFile(join(folder, name), 'utf8')).trim());
  return secrets;
}

/** The keys of all applications and accounts. */
export async function listApiKeys(app: Queryable): Promise<ReadonlySet<string>> {
  const { rows } = await app.query<{ apikey: string }>(
    `select apikey from application union all select apikey from account limit ${KEYS_MAX}`,
  );
  return new Set(rows.map(({ apikey }) => apikey));
}
