/**
 * One connection of the line protocol that AcoustID spoke for a decade (fpindex.md section 4):
 *
 *   line  := command *( " " word ) [ CR ] LF
 *   reply := ( "OK " payload / "ERR " message ) CRLF
 *
 * As upstream's rewrite, and with what it lost: `quit`, `top_score_percent` rounded to nearest,
 * `max_document_id` kept by the index, and reads that see the open transaction's own attributes.
 */
import { ChangeBatch } from '../change.ts';
import { RequestError } from '../errors.ts';
import type { InvertedIndex } from '../inverted-index.ts';

/** More changes or hashes than this in one transaction are refused; an update body could hold no more. */
const CHANGES_MAX = 1_000_000;
const HASHES_MAX = 4_000_000;
const RESULTS_MAX = 1000;

/** Per connection, settable without a transaction. */
const SESSION_DEFAULTS: Readonly<Record<string, number>> = {
  max_results: 500,
  top_score_percent: 10,
  timeout: 0,
  idle_timeout: 60_000,
};

/** What the protocol reads from and writes to. */
export interface LineTarget {
  /** Asked for at each command, because an index can be deleted and created again. */
  readonly index: () => InvertedIndex;
  readonly commit: (batch: ChangeBatch) => Promise<number>;
}

export interface LineReply {
  readonly text: string;
  readonly closes?: boolean;
}

/** What a client did wrong; the message is the protocol's. */
class CommandError extends Error {}

type Command = (words: readonly string[]) => string | Promise<string>;

export class LineSession {
  readonly #target: LineTarget;
  readonly #attributes: Record<string, number> = { ...SESSION_DEFAULTS };
  #transaction: ChangeBatch | undefined;
  readonly #commands: Readonly<Record<string, Command>> = {
    echo: (words) => words.join(' '),
    search: (words) => this.#search(words),
    begin: () => this.#begin(),
    insert: (words) => this.#insert(words),
    delete: (words) => this.#delete(words),
    commit: () => this.#commit(),
    rollback: () => this.#rollback(),
    // Once "merge everything" and "delete unused files"; both happen by themselves now.
    optimize: () => this.#nothing(),
    cleanup: () => this.#nothing(),
    get: (words) => this.#get(words),
    set: (words) => this.#set(words),
  };

  constructor(target: LineTarget) {
    this.#target = target;
  }

  get idleTimeoutMs(): number {
    return this.#attributes['idle_timeout'] ?? 0;
  }

  /** Answers one line, which comes without its line end. Never rejects. */
  async answer(line: string): Promise<LineReply> {
    if (line.startsWith('quit')) return { text: 'OK ', closes: true };
    const [name = '', ...words] = line.split(' ').filter((word) => word !== '');
    if (name === '') return { text: 'OK ' };
    try {
      const command = Object.hasOwn(this.#commands, name) ? this.#commands[name] : undefined;
      // The AcoustID client looks for these two words, and reconnects.
      if (!command) throw new CommandError('unknown command');
      return { text: `OK ${await command(words)}` };
    } catch (error) {
      return { text: `ERR ${error instanceof CommandError ? error.message : 'internal error'}` };
    }
  }

  #search(words: readonly string[]): string {
    const query = parseHashes(onlyWord(words));
    if (query.length === 0) throw new CommandError('empty fingerprint');
    const {
      max_results: limit = 0,
      top_score_percent: percent = 0,
      timeout = 0,
    } = this.#attributes;
    const results = this.#searchIndex(query, { limit, percent, timeout });
    const bar = Math.floor((50 + (results[0]?.score ?? 0) * percent) / 100);
    const good = results.filter(({ score }) => score >= bar);
    return good.map(({ id, score }) => `${id}:${score}`).join(' ');
  }

  #searchIndex(
    query: Uint32Array,
    { limit, percent, timeout }: { limit: number; percent: number; timeout: number },
  ): { id: number; score: number }[] {
    try {
      return this.#target.index().search({
        query,
        limit: Math.min(Math.max(limit, 1), RESULTS_MAX),
        scoreMin: 1,
        scorePct: Math.min(percent, 100),
        deadlineMs: timeout === 0 ? Infinity : performance.now() + timeout,
        exact: false,
        explain: false,
      }).results;
    } catch (error) {
      if (error instanceof RequestError && error.errorName === 'SearchTimeout') {
        throw new CommandError('timeout exceeded');
      }
      throw error;
    }
  }

  #begin(): string {
    if (this.#transaction) throw new CommandError('already in transaction');
    this.#transaction = new ChangeBatch();
    return '';
  }

  #insert(words: readonly string[]): string {
    const transaction = this.#inTransaction();
    const [idText, hashesText, ...more] = words;
    if (idText === undefined || hashesText === undefined || more.length > 0) {
      throw new CommandError('expected two arguments');
    }
    const id = parseId(idText);
    const hashes = parseHashes(hashesText);
    refuseTooLarge(transaction, hashes.length);
    transaction.insert(id, hashes);
    return '';
  }

  #delete(words: readonly string[]): string {
    const transaction = this.#inTransaction();
    const id = parseId(onlyWord(words));
    refuseTooLarge(transaction, 0);
    transaction.delete(id);
    return '';
  }

  async #commit(): Promise<string> {
    const transaction = this.#inTransaction();
    try {
      await this.#target.index().roomForWrites();
      await this.#target.commit(transaction);
    } catch (cause) {
      // The transaction stays open: the client may try again.
      throw new CommandError('commit failed', { cause });
    }
    this.#transaction = undefined;
    return '';
  }

  #rollback(): string {
    this.#inTransaction();
    this.#transaction = undefined;
    return '';
  }

  #nothing(): string {
    this.#inTransaction();
    return '';
  }

  #get(words: readonly string[]): string {
    const name = onlyWord(words[0] === 'attribute' ? words.slice(1) : words);
    const own = Object.hasOwn(this.#attributes, name) ? this.#attributes[name] : undefined;
    if (own !== undefined) return String(own);
    const index = this.#target.index();
    const value = this.#transaction?.metadata.get(name) ?? index.metadata.get(name) ?? '';
    if (name !== 'max_document_id') return value;
    // Updaters continue from here; empty would make them start over.
    const highest = Math.max(index.stats().max_doc_id, Number(value) || 0);
    return highest === 0 ? '' : String(highest);
  }

  #set(words: readonly string[]): string {
    const [name, value, ...more] = words[0] === 'attribute' ? words.slice(1) : words;
    if (name === undefined || value === undefined || more.length > 0) {
      throw new CommandError('expected two arguments');
    }
    if (Object.hasOwn(this.#attributes, name)) {
      if (!/^\d{1,9}$/.test(value)) throw new CommandError('invalid value');
      this.#attributes[name] = Number(value);
    } else {
      this.#inTransaction().metadata.set(name, value);
    }
    return '';
  }

  #inTransaction(): ChangeBatch {
    if (!this.#transaction) throw new CommandError('not in transaction');
    return this.#transaction;
  }
}

function onlyWord(words: readonly string[]): string {
  const [word, ...more] = words;
  if (word === undefined || more.length > 0) throw new CommandError('expected one argument');
  return word;
}

function parseId(text: string): number {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (id === 0 || id > 0xffff_ffff) throw new CommandError('invalid document id');
  return id;
}

/** Signed and unsigned 32-bit forms both name the same hash; wider numbers are cut to 32 bits. */
function parseHashes(text: string): Uint32Array {
  return Uint32Array.from(text.split(','), (number) => {
    if (!/^-?\d{1,19}$/.test(number)) throw new CommandError('invalid fingerprint');
    return number.length < 16 ? Number(number) : Number(BigInt.asUintN(32, BigInt(number)));
  });
}

function refuseTooLarge(transaction: ChangeBatch, hashCount: number): void {
  if (transaction.size >= CHANGES_MAX || transaction.hashes.size + hashCount > HASHES_MAX) {
    throw new CommandError('transaction too large');
  }
}
