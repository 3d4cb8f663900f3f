import { REQUEST_KEYS } from './contract.ts';
import { RequestError } from './errors.ts';
import {
  fieldNames,
  MalformedBody,
  reserve,
  type U32Sink,
  type ValueReader,
} from './wire/value-reader.ts';

const CHANGE = fieldNames(REQUEST_KEYS.change);
const INSERT = fieldNames(REQUEST_KEYS.insert);
const DELETE = fieldNames(REQUEST_KEYS.delete);
const SET_METADATA = fieldNames(REQUEST_KEYS.setMetadata);
const METADATA_ENTRY = fieldNames(REQUEST_KEYS.metadataEntry);

export const INSERT_KIND = 1;
const DELETE_KIND = 0;

/**
 * The changes of one commit in order, packed into columns: change `i` concerns `ids.values[i]` and,
 * if it is an insert, the hashes from `starts.values[i]` up to the next start. One batch object is
 * filled again and again, so a thousand documents cost no allocation.
 */
export class ChangeBatch {
  readonly ids: U32Sink = { values: new Uint32Array(0), size: 0 };
  readonly kinds: U32Sink = { values: new Uint32Array(0), size: 0 };
  readonly starts: U32Sink = { values: new Uint32Array(0), size: 0 };
  readonly hashes: U32Sink = { values: new Uint32Array(0), size: 0 };
  readonly metadata: Map<string, string> = new Map();

  /** A place to come back to with `rollBack`. Metadata set since then stays. */
  mark(): { readonly size: number; readonly hashCount: number } {
    return { size: this.size, hashCount: this.hashes.size };
  }

  rollBack({ size, hashCount }: { readonly size: number; readonly hashCount: number }): void {
    this.ids.size = size;
    this.kinds.size = size;
    this.starts.size = size;
    this.hashes.size = hashCount;
  }

  get size(): number {
    return this.ids.size;
  }

  clear(): void {
    this.ids.size = 0;
    this.kinds.size = 0;
    this.starts.size = 0;
    this.hashes.size = 0;
    this.metadata.clear();
  }

  idAt(i: number): number {
    return this.ids.values[i] ?? 0;
  }

  isInsert(i: number): boolean {
    return this.kinds.values[i] === INSERT_KIND;
  }

  hashesStartAt(i: number): number {
    return this.starts.values[i] ?? 0;
  }

  hashesEndAt(i: number): number {
    return i + 1 < this.size ? (this.starts.values[i + 1] ?? 0) : this.hashes.size;
  }

  /** Hashes of all changes, one after the other; valid until the batch changes. */
  hashColumn(): Uint32Array {
    return this.hashes.values.subarray(0, this.hashes.size);
  }

  /** Where each change's hashes start, and where the last one's end; valid as `hashColumn`. */
  startColumn(): Uint32Array {
    reserve(this.starts, 1);
    this.starts.values[this.size] = this.hashes.size;
    return this.starts.values.subarray(0, this.size + 1);
  }

  /** Opens a change; hashes pushed until the next call belong to it. */
  push(kind: number, id: number): void {
    append(this.kinds, kind);
    append(this.ids, id);
    append(this.starts, this.hashes.size);
  }

  insert(id: number, hashes: ArrayLike<number>): void {
    this.push(INSERT_KIND, id);
    reserve(this.hashes, hashes.length);
    this.hashes.values.set(hashes, this.hashes.size);
    this.hashes.size += hashes.length;
  }

  delete(id: number): void {
    this.push(DELETE_KIND, id);
  }
}

/** Reads the `changes` array of an update, in either syntax, onto the end of `batch`. */
export function readChanges(reader: ValueReader, batch: ChangeBatch): void {
  reader.array(() => {
    let fields = 0;
    reader.fields(CHANGE, (field) => {
      fields += 1;
      if (field === 0) readInsert(reader, batch);
      else if (field === 1) readDelete(reader, batch);
      else readSetMetadata(reader, batch.metadata);
    });
    if (fields !== 1) throw new MalformedBody('a change has exactly one kind');
  });
}

/** Id 0 means "unset" inside upstream's segments, so it is no document's id (fpindex.md section 1). */
export function refuseIdZero(batch: ChangeBatch): void {
  for (let i = 0; i < batch.size; i++) {
    if (batch.idAt(i) === 0) throw new RequestError('InvalidFingerprintId');
  }
}

function readInsert(reader: ValueReader, batch: ChangeBatch): void {
  batch.push(INSERT_KIND, 0);
  const at = batch.size - 1;
  let fields = 0;
  reader.fields(INSERT, (field) => {
    fields += 1;
    if (field === 0) batch.ids.values[at] = reader.u32();
    else reader.u32Array(batch.hashes);
  });
  if (fields !== 2) throw new MalformedBody('an insert needs id and hashes');
}

function readDelete(reader: ValueReader, batch: ChangeBatch): void {
  let fields = 0;
  reader.fields(DELETE, () => {
    fields += 1;
    batch.delete(reader.u32());
  });
  if (fields !== 1) throw new MalformedBody('a delete needs an id');
}

function readSetMetadata(reader: ValueReader, metadata: Map<string, string>): void {
  let fields = 0;
  reader.fields(SET_METADATA, () => {
    fields += 1;
    reader.array(() => {
      const entry: { key?: string; value?: string } = {};
      reader.fields(METADATA_ENTRY, (field) => {
        if (field === 0) entry.key = reader.string();
        else entry.value = reader.string();
      });
      if (entry.key === undefined || entry.value === undefined) {
        throw new MalformedBody('a metadata entry needs key and value');
      }
      metadata.set(entry.key, entry.value);
    });
  });
  if (fields !== 1) throw new MalformedBody('set_metadata needs entries');
}

function append(sink: U32Sink, value: number): void {
  if (sink.size === sink.values.length) reserve(sink, 1);
  sink.values[sink.size++] = value;
}
