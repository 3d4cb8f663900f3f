import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '../config/config.ts';
import { hasAdminPassword } from '../account/desktop-login.ts';
import { listBackups } from '../backup/backup-folder.ts';
import { backupFolderOf } from '../backup/parts.ts';
import { isUnavailable } from '../errors.ts';
import { isLoopback } from '../http/rate-limit.ts';
import type { Log } from '../log.ts';
import type { Redis } from '../redis.ts';
import { listAttention } from './attention.ts';
import type { Attention } from './attention.ts';
import { forecastDisk, listDiskSizes } from './disk-forecast.ts';
import type { DiskForecast } from './disk-forecast.ts';
import { measureDisk } from './disk-usage.ts';
import type { DiskUsage } from './disk-usage.ts';
import { LookupPulse } from './lookup-pulse.ts';
import { probesOf } from './probes.ts';
import type { Probed, ProbedParts } from './probes.ts';
import { Remembered } from './remembered.ts';
import { ServiceStates } from './service-states.ts';
import { viewServices } from './service-view.ts';
import type { ServiceView } from './service-view.ts';
import { findMusicbrainzDate, readCorpus, readIndexReport, readQueues } from './work-queries.ts';
import type { Corpus, IndexReport, Queues } from './work-queries.ts';

const WORK_FRESH_MS = 2000;
const CORPUS_FRESH_MS = 15_000;
/** Reads the head of every backup. */
const DATA_FRESH_MS = 60_000;
/** Looks at every file of the data folder. */
const DISK_FRESH_MS = 10 * 60_000;

export interface DataAge {
  /** ISO 8601; null when there is none. */
  readonly newestBackup: string | null;
  readonly musicbrainz: Date | null;
}

/** What is not known by then is not known to people. */
const FACT_LIMIT_MS = 2500;

/** What the dashboard shows; null where the part that knows does not answer. */
export interface Overview {
  readonly services: readonly ServiceView[];
  readonly queues: Queues | null;
  readonly corpus: Corpus | null;
  readonly index: IndexReport | null;
  readonly disk: (DiskUsage & { readonly forecast: DiskForecast | null }) | null;
  readonly data: DataAge | null;
  readonly attention: readonly Attention[];
}

export interface LiveParts extends Omit<ProbedParts, 'redis'> {
  readonly config: Config;
  readonly redis: Redis;
  readonly dataDir: string;
  readonly log: Log;
}

/** How the appliance is just now. Whatever many ask at a time is found out once. */
export class Live {
  readonly services = new ServiceStates();
  readonly pulse: LookupPulse;
  readonly #parts: LiveParts;
  readonly #probes: Remembered<Probed>;
  readonly #queues: Remembered<Queues>;
  readonly #index: Remembered<IndexReport | undefined>;
  readonly #corpus: Remembered<Corpus>;
  readonly #data: Remembered<DataAge>;
  readonly #disk: Remembered<DiskUsage>;

  constructor(parts: LiveParts) {
    const { config, databases, dataDir, index, now, redis } = parts;
    this.#parts = parts;
    this.pulse = new LookupPulse(now);
    const isRedisUsed = config.settings['redis.url'] !== undefined;
    this.#probes = probesOf({ ...parts, redis: isRedisUsed ? redis : undefined });
    this.#queues = new Remembered(WORK_FRESH_MS, now, () => readQueues(databases));
    this.#index = new Remembered(WORK_FRESH_MS, now, () =>
      readIndexReport(databases.fingerprint.pool, index),
    );
    this.#corpus = new Remembered(CORPUS_FRESH_MS, now, () =>
      readCorpus(databases.fingerprint.pool),
    );
    this.#data = new Remembered(DATA_FRESH_MS, now, () => this.#readDataAge());
    this.#disk = new Remembered(DISK_FRESH_MS, now, () => measureDisk(dataDir, now()));
    // What a part said before it died or came back says nothing about it now.
    this.services.watch(() => this.#probes.forget());
  }

  /** Whether each part answers. */
  async probe(): Promise<Probed> {
    return await this.#probes.get();
  }

  async viewServices(): Promise<ServiceView[]> {
    return viewServices(this.services.known, await this.#probes.get());
  }

  async overview(): Promise<Overview> {
    const { now } = this.#parts;
    const [services, queues, corpus, index, disk, data, isOpen] = await Promise.all([
      this.viewServices(),
      this.#orNull(() => this.#queues.get()),
      this.#orNull(() => this.#corpus.get()),
      this.#orNull(async () => (await this.#index.get()) ?? null),
      this.#orNull(() => this.#measure()),
      this.#orNull(() => this.#data.get()),
      this.#orNull(() => this.#isOpen()),
    ]);
    const attention = listAttention({
      services,
      queues,
      disk,
      hasTracks: (corpus?.tracks ?? 0) > 0,
      newestBackup: data?.newestBackup,
      isOpen: isOpen ?? undefined,
      nowMs: now(),
    });
    return { services, queues, corpus, index, disk, data, attention };
  }

  async #measure(): Promise<Overview['disk']> {
    const usage = await this.#disk.get();
    const sizes = await this.#orNull(() => listDiskSizes(this.#parts.databases.app.pool));
    return { ...usage, forecast: sizes && forecastDisk(sizes, usage.freeBytes) };
  }

  async #readDataAge(): Promise<DataAge> {
    const { config, databases, dataDir } = this.#parts;
    const [backups, musicbrainz] = await Promise.all([
      listBackups(backupFolderOf(config.settings, dataDir)),
      this.#orNull(() => findMusicbrainzDate(databases.musicbrainz.pool)),
    ]);
    return { newestBackup: backups.find(({ created }) => created)?.created ?? null, musicbrainz };
  }

  /** Whether others can reach us and nobody has set a password yet. */
  async #isOpen(): Promise<boolean> {
    const { config, databases } = this.#parts;
    const host = config.settings['server.host'];
    if (host === 'localhost' || isLoopback(host)) return false;
    return !(await hasAdminPassword(databases.app.pool));
  }

  /** One part that is missing, or silent, must not hide how the others are. */
  async #orNull<T>(read: () => Promise<T>): Promise<T | null> {
    try {
      return await within(FACT_LIMIT_MS, read());
    } catch (error) {
      if (!isUnavailable(error)) this.#parts.log.warn({ err: error }, 'dashboard figure not read');
      return null;
    }
  }
}

/** What is found out in time, else null. The finding goes on, for those who ask later. */
async function within<T>(limitMs: number, finding: Promise<T>): Promise<T | null> {
  const over = new AbortController();
  const late = delay(limitMs, null, { signal: over.signal }).catch(() => null);
  try {
    return await Promise.race([finding, late]);
  } finally {
    over.abort();
  }
}
