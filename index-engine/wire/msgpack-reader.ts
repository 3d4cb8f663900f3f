import {
  type FieldNames,
  MalformedBody,
  reserve,
  type U32Sink,
  type ValueReader,
} from './value-reader.ts';

const KEY_LENGTH_MAX = 256;
const MAP_SIZE_MAX = 65_535;
const MAP_SIZE_MAX_IN_FILES = 0xffff_ffff;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads MessagePack straight from the request's bytes: no object per value, and a hash array goes
 * into typed memory in one loop. (msgpackr would build 120 boxed arrays per update batch.)
 */
export class MsgpackReader implements ValueReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at: number;

  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
  }

  /** Bytes consumed so far; where the next value of a stream begins. */
  get offset(): number {
    return this.#at;
  }

  fields(names: FieldNames, onField: (field: number) => void): void {
    const size = this.#mapSize();
    let seen = 0;
    for (let i = 0; i < size; i++) {
      const letter = this.#keyLetter();
      const field = names.letters.indexOf(letter);
      if (field < 0) throw new MalformedBody(`unknown field "${letter}"`);
      if (seen & (1 << field)) throw new MalformedBody(`repeated field "${letter}"`);
      seen |= 1 << field;
      onField(field);
    }
  }

  stringMap(onEntry: (key: string, value: string) => void): void {
    const size = this.#mapSize();
    for (let i = 0; i < size; i++) {
      const key = this.string();
      onEntry(key, this.string());
    }
  }

  /** A map whose keys are integers, as upstream's files have. */
  integerMap(onKey: (key: number) => void): void {
    const size = this.integerMapSize();
    for (let i = 0; i < size; i++) onKey(this.u32());
  }

  /** How many keys such a map has, for whoever reads them one by one. */
  integerMapSize(): number {
    return this.#mapSize(MAP_SIZE_MAX_IN_FILES);
  }

  /** Any unsigned integer, exactly. */
  uint64(): bigint {
    if (this.#view.getUint8(this.#at) !== 0xcf) return BigInt(this.integer());
    this.#at += 1;
    return this.#view.getBigUint64(this.#take(8));
  }

  array(onElement: () => void): void {
    const size = this.#arraySize();
    for (let i = 0; i < size; i++) onElement();
  }

  u32Array(sink: U32Sink): void {
    const count = this.#arraySize();
    reserve(sink, count);
    const values = sink.values;
    const view = this.#view;
    let to = sink.size;
    for (let i = 0; i < count; i++) {
      // uint32 is what clients send almost always; the rest takes the general road.
      if (this.#at + 5 <= view.byteLength && view.getUint8(this.#at) === 0xce) {
        values[to++] = view.getUint32(this.#at + 1);
        this.#at += 5;
      } else {
        values[to++] = this.u32();
      }
    }
    sink.size = to;
  }

  u32(): number {
    const value = this.integer();
    if (value > 0xffff_ffff) throw new MalformedBody('an integer is above 2^32 - 1');
    return value;
  }

  integer(): number {
    const tag = this.#byte();
    if (tag < 0x80) return tag;
    const at = this.#at;
    switch (tag) {
      case 0xcc:
        return this.#view.getUint8(this.#take(1));
      case 0xcd:
        return this.#view.getUint16(this.#take(2));
      case 0xce:
        return this.#view.getUint32(this.#take(4));
      case 0xcf:
        return safe(this.#view.getBigUint64(this.#take(8)));
      case 0xd0:
        return natural(this.#view.getInt8(this.#take(1)));
      case 0xd1:
        return natural(this.#view.getInt16(this.#take(2)));
      case 0xd2:
        return natural(this.#view.getInt32(this.#take(4)));
      case 0xd3:
        return safe(this.#view.getBigInt64(this.#take(8)));
      default:
        throw new MalformedBody(`expected an integer at byte ${at - 1}`);
    }
  }

  boolean(): boolean {
    const tag = this.#byte();
    if (tag === 0xc3) return true;
    if (tag === 0xc2) return false;
    throw new MalformedBody(`expected a boolean at byte ${this.#at - 1}`);
  }

  string(): string {
    const start = this.#stringStart();
    try {
      return utf8.decode(this.#bytes.subarray(start, this.#at));
    } catch (cause) {
      throw Object.assign(new MalformedBody('a string is not UTF-8'), { cause });
    }
  }

  takeNull(): boolean {
    if (this.#at >= this.#bytes.length || this.#view.getUint8(this.#at) !== 0xc0) return false;
    this.#at += 1;
    return true;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw new MalformedBody('bytes follow the value');
  }

  #byte(): number {
    return this.#view.getUint8(this.#take(1));
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw new MalformedBody('the value is cut short');
    this.#at = at + count;
    return at;
  }

  #keyLetter(): string {
    const start = this.#stringStart();
    const length = this.#at - start;
    if (length === 0 || length > KEY_LENGTH_MAX) throw new MalformedBody('a key has a bad length');
    return String.fromCharCode(this.#view.getUint8(start));
  }

  /** Moves past a string and returns where its bytes begin. */
  #stringStart(): number {
    const tag = this.#byte();
    let length: number;
    if ((tag & 0xe0) === 0xa0) length = tag & 0x1f;
    else if (tag === 0xd9) length = this.#view.getUint8(this.#take(1));
    else if (tag === 0xda) length = this.#view.getUint16(this.#take(2));
    else if (tag === 0xdb) length = this.#view.getUint32(this.#take(4));
    else throw new MalformedBody(`expected a string at byte ${this.#at - 1}`);
    return this.#take(length);
  }

  #mapSize(sizeMax = MAP_SIZE_MAX): number {
    const tag = this.#byte();
    let size: number;
    if ((tag & 0xf0) === 0x80) size = tag & 0x0f;
    else if (tag === 0xde) size = this.#view.getUint16(this.#take(2));
    else if (tag === 0xdf) size = this.#view.getUint32(this.#take(4));
    else throw new MalformedBody(`expected a map at byte ${this.#at - 1}`);
    if (size > sizeMax) throw new MalformedBody('a map has too many entries');
    return size;
  }

  /** An element takes at least one byte, so a count above what is left is a lie and costs nothing. */
  #arraySize(): number {
    const tag = this.#byte();
    let size: number;
    if ((tag & 0xf0) === 0x90) size = tag & 0x0f;
    else if (tag === 0xdc) size = this.#view.getUint16(this.#take(2));
    else if (tag === 0xdd) size = this.#view.getUint32(this.#take(4));
    else throw new MalformedBody(`expected an array at byte ${this.#at - 1}`);
    if (size > this.#bytes.length - this.#at) throw new MalformedBody('an array is cut short');
    return size;
  }
}

function safe(value: bigint): number {
  if (value < 0n || value > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new MalformedBody('an integer is outside 0 … 2^53 - 1');
  }
  return Number(value);
}

function natural(value: number): number {
  if (value < 0) throw new MalformedBody('an integer is negative');
  return value;
}
