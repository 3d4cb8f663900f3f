import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Codec } from './block.ts';
import type { CreateIndexRequest, CreateIndexResponse } from './contract.ts';
import { readCurrent, writeCurrent } from './current.ts';
import { RequestError } from './errors.ts';
import { sweepFolder, syncFolder } from './file-io.ts';
import { generationFolder, isIndexName, parseGenerationFolder } from './file-names.ts';
import { type IndexForm, type IndexResources, InvertedIndex } from './inverted-index.ts';
import { lockDataFolder } from './lock-file.ts';
import type { MaintenanceEvents, MaintenanceSettings } from './maintenance.ts';
import { writeManifest } from './manifest.ts';
import { MergeThreads } from './merge-threads.ts';
import { adoptSnapshot, stageSnapshot } from './restore.ts';
import { startSearchThreads } from './search-threads.ts';
import { SegmentMemories } from './segment-memory.ts';
import { linkGeneration, passVersion } from './take-over.ts';

export interface EngineSettings extends MaintenanceSettings {
  /** Of new indexes that ask for none. */
  readonly codec: Codec;
  /** Search threads, the main one included. */
  readonly threadCount: number;
  /** Memory for segments; what does not fit stays on disk. */
  readonly memoryLimitBytes: number;
}

/** The indexes of one data folder, by name. Creating and deleting are put in order per name. */
export class Engine {
  readonly #folder: string;
  readonly #codec: Codec;
  readonly #log: Logger;
  readonly #resources: IndexResources;
  readonly #threads = new MergeThreads();
  readonly #release: () => Promise<void>;
  readonly #indexes = new Map<string, InvertedIndex>();
  /** Indexes that did not open; the others work on. */
  readonly #damaged = new Map<string, Error>();
  /** Indexes that wait for a peer's copy: there, but not to be searched. */
  readonly loading = new Set<string>();
  readonly #turns = new Map<string, Promise<unknown>>();

  /** Locks the folder and opens every index in it. Throws DataFolderLocked. */
  static async open(
    folder: string,
    settings: EngineSettings,
    events: MaintenanceEvents,
    log: Logger,
  ): Promise<Engine> {
    await mkdir(folder, { recursive: true });
    const release = await lockDataFolder(folder);
    const memories = new SegmentMemories(settings.threadCount, settings.memoryLimitBytes);
    const searchThreads = startSearchThreads(memories, settings.threadCount);
    const resources = { memories, searchThreads, settings, events, log };
    const engine = new Engine({ folder, codec: settings.codec }, release, resources);
    const entries = await readdir(folder, { withFileTypes: true });
    for (const entry of entries) {
      if (entry.isDirectory() && isIndexName(entry.name)) await engine.#openIndex(entry.name);
    }
    return engine;
  }

  private constructor(
    place: { folder: string; codec: Codec },
    release: () => Promise<void>,
    resources: Omit<IndexResources, 'threads'>,
  ) {
    this.#folder = place.folder;
    this.#codec = place.codec;
    this.#log = resources.log;
    this.#release = release;
    this.#resources = { ...resources, threads: this.#threads };
  }

  get indexes(): ReadonlyMap<string, InvertedIndex> {
    return this.#indexes;
  }

  get damaged(): ReadonlyMap<string, Error> {
    return this.#damaged;
  }

  /** Throws RequestError `InvalidIndexName`, `IndexNotFound`, `IndexCorrupted`. */
  getIndex(name: string): InvertedIndex {
    const index = this.#indexes.get(name);
    if (index) return index;
    if (!isIndexName(name)) throw new RequestError('InvalidIndexName');
    const cause = this.#damaged.get(name);
    if (cause) throw new RequestError('IndexCorrupted', cause.message, { cause });
    // Between giving up its old contents and taking over a peer's.
    throw new RequestError(this.loading.has(name) ? 'IndexNotReady' : 'IndexNotFound');
  }

  /** Creates the index or confirms it; see fpindex.md section 2.7 for `generation`. */
  createIndex(name: string, request: CreateIndexRequest): Promise<CreateIndexResponse> {
    return this.#inTurn(name, async () => {
      const index = this.#indexes.get(name);
      if (index) return confirm(index, request);
      this.#refuseDamaged(name);
      const folder = join(this.#folder, name);
      const previous = await readCurrent(folder);
      const generation = request.generation ?? (previous?.generation ?? 0) + 1;
      if (generation <= (previous?.generation ?? 0)) {
        throw new RequestError('OlderIndexAlreadyExists');
      }
      await mkdir(generationFolder(folder, generation), { recursive: true });
      await writeManifest(generationFolder(folder, generation), []);
      await syncFolder(folder);
      await syncFolder(this.#folder);
      const { codec = this.#codec } = request;
      await writeCurrent(folder, { generation, deleted: false, codec });
      const created = await this.#load(name, { generation, codec });
      this.#log.info({ index: name, generation }, 'index created');
      return { version: created.version, ready: true, generation };
    });
  }

  /**
   * Replaces an index's contents by a snapshot of the same generation. The old ones are given up only
   * when the new ones are whole and verified. Throws CorruptionError, and then nothing has changed.
   */
  install(
    name: string,
    generation: number,
    snapshot: AsyncIterable<Uint8Array>,
  ): Promise<InvertedIndex> {
    return this.#inTurn(name, async () => {
      const folder = join(this.#folder, name);
      const current = await readCurrent(folder);
      const staging = await stageSnapshot(snapshot, folder, current?.codec ?? this.#codec);
      await this.#indexes.get(name)?.close();
      this.#indexes.delete(name);
      await adoptSnapshot(staging, folder, generation);
      return this.#load(name, { generation, ...(current?.codec && { codec: current.codec }) });
    });
  }

  /**
   * Makes the contents of the index `source` those of `name`, as its next generation, and deletes
   * `source`. Searches find the old contents or the new, never none. NOTE: a write to either that
   * is under way meanwhile may be lost; the caller sees to it that none matters.
   */
  replaceIndex(name: string, source: string): Promise<CreateIndexResponse> {
    const [first = name, second = source] = [name, source].toSorted();
    if (first === second) return Promise.reject(new RequestError('BadRequest', 'the same index'));
    // Always in the same order, or two of these could wait for each other.
    return this.#inTurn(first, () =>
      this.#inTurn(second, () => this.#replaceIndex(name, this.getIndex(source), source)),
    );
  }

  async #replaceIndex(
    name: string,
    replacement: InvertedIndex,
    source: string,
  ): Promise<CreateIndexResponse> {
    const folder = join(this.#folder, name);
    await replacement.checkpoint();
    const old = this.#indexes.get(name);
    const previous = old?.generation ?? (await readCurrent(folder))?.generation ?? 0;
    const generation = previous + 1;
    this.#indexes.delete(source);
    await replacement.close();
    try {
      await mkdir(folder, { recursive: true });
      await linkGeneration(replacement.folder, generationFolder(folder, generation));
      await syncFolder(folder);
      await syncFolder(this.#folder);
    } catch (error) {
      // A full disk costs the replacement, not what was to replace.
      await this.#load(source, replacement);
      throw error;
    }
    const { codec } = replacement;
    const fresh = await this.#open(name, { generation, codec });
    await passVersion(fresh, old);
    // The commit point: a restart brings back what this names.
    await writeCurrent(folder, { generation, deleted: false, codec });
    await passVersion(fresh, old);
    this.#indexes.set(name, fresh);
    this.#damaged.delete(name);
    if (old) {
      await old.close();
      this.#removeWhenReleased(old);
    }
    await writeCurrent(join(this.#folder, source), {
      generation: replacement.generation,
      deleted: true,
    });
    await rm(replacement.folder, { recursive: true, force: true });
    this.#log.info({ index: name, source, generation }, 'index replaced');
    return { version: fresh.version, ready: true, generation };
  }

  /** Returns whether there was something to delete. */
  deleteIndex(name: string, expectExists: boolean): Promise<boolean> {
    return this.#inTurn(name, async () => {
      const index = this.#indexes.get(name);
      this.#refuseDamaged(name);
      if (!index) {
        if (expectExists) throw new RequestError('IndexNotFound');
        return false;
      }
      const folder = join(this.#folder, name);
      // The redirect is the commit point: from here on a restart will not bring the index back.
      await writeCurrent(folder, { generation: index.generation, deleted: true });
      this.#indexes.delete(name);
      await index.close();
      this.#removeWhenReleased(index);
      this.#log.info({ index: name, generation: index.generation }, 'index deleted');
      return true;
    });
  }

  /** Closes every index; what was acknowledged is already on disk. */
  async close(): Promise<void> {
    await Promise.allSettled(this.#turns.values());
    for (const index of this.#indexes.values()) await index.close();
    this.#indexes.clear();
    await this.#threads.close();
    await this.#resources.searchThreads?.close();
    await this.#release();
  }

  /**
   * Searches and snapshots that hold the index's segments end normally, however long a client takes
   * to read; only then are its files removed. What a crash leaves of them is swept at the next open.
   */
  #removeWhenReleased(index: InvertedIndex): void {
    const { folder } = index;
    index.released
      .then(() => rm(folder, { recursive: true, force: true }))
      .catch((error: unknown) => this.#log.warn({ err: error, folder }, 'files were not removed'));
  }

  async #openIndex(name: string): Promise<void> {
    const folder = join(this.#folder, name);
    try {
      const current = await readCurrent(folder);
      const live = current && !current.deleted ? current.generation : undefined;
      const swept = await sweepFolder(folder, (entry) => {
        const generation = parseGenerationFolder(entry);
        return generation !== undefined && generation !== live;
      });
      if (swept.length > 0) this.#log.info({ index: name, swept }, 'orphans removed');
      if (current && live !== undefined) await this.#load(name, current);
    } catch (error) {
      const damage = error instanceof Error ? error : new Error(String(error));
      this.#damaged.set(name, damage);
      this.#log.error({ index: name, err: damage }, 'index did not open');
    }
  }

  async #load(name: string, form: IndexForm): Promise<InvertedIndex> {
    const index = await this.#open(name, form);
    this.#indexes.set(name, index);
    return index;
  }

  #open(name: string, form: IndexForm): Promise<InvertedIndex> {
    const folder = generationFolder(join(this.#folder, name), form.generation);
    const log = this.#log.child({ index: name });
    return InvertedIndex.open(folder, form, { ...this.#resources, log });
  }

  #refuseDamaged(name: string): void {
    const cause = this.#damaged.get(name);
    if (cause) throw new RequestError('IndexCorrupted', cause.message, { cause });
  }

  /** Runs creates and deletes of one name one after another. */
  async #inTurn<T>(name: string, run: () => Promise<T>): Promise<T> {
    if (!isIndexName(name)) throw new RequestError('InvalidIndexName');
    const previous = this.#turns.get(name) ?? Promise.resolve();
    const turn = previous.then(run, run);
    this.#turns.set(name, turn);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(name) === turn) this.#turns.delete(name);
    }
  }
}

function confirm(index: InvertedIndex, request: CreateIndexRequest): CreateIndexResponse {
  if (request.expect_does_not_exist) throw new RequestError('IndexAlreadyExists');
  if (request.generation !== undefined && request.generation !== index.generation) {
    // The adjective describes the request, as on upstream's `main` (fpindex.md section 2.7).
    const isOlder = request.generation < index.generation;
    throw new RequestError(isOlder ? 'OlderIndexAlreadyExists' : 'NewerIndexAlreadyExists');
  }
  return { version: index.version, ready: true, generation: index.generation };
}
