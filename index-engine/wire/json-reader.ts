import {
  type FieldNames,
  MalformedBody,
  reserve,
  type U32Sink,
  type ValueReader,
} from './value-reader.ts';

const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_MAP = 0x7b;
const CLOSE_MAP = 0x7d;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const END = -1;
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads JSON from the request's bytes with the strictness `JSON.parse` lacks: a repeated field is
 * refused, integers are range-checked where they stand, and nothing is built that nobody asked for.
 */
export class JsonReader implements ValueReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  fields(names: FieldNames, onField: (field: number) => void): void {
    let seen = 0;
    this.#map(() => {
      const name = this.string();
      const field = names.json.indexOf(name);
      if (field < 0) throw new MalformedBody('unknown field');
      if (seen & (1 << field)) throw new MalformedBody(`repeated field "${name}"`);
      seen |= 1 << field;
      this.#expect(COLON);
      onField(field);
    });
  }

  stringMap(onEntry: (key: string, value: string) => void): void {
    const seen = new Set<string>();
    this.#map(() => {
      const key = this.string();
      if (seen.has(key)) throw new MalformedBody('repeated key');
      seen.add(key);
      this.#expect(COLON);
      onEntry(key, this.string());
    });
  }

  array(onElement: () => void): void {
    this.#expect(OPEN_ARRAY);
    if (this.#takeIf(CLOSE_ARRAY)) return;
    do onElement();
    while (this.#takeIf(COMMA));
    this.#expect(CLOSE_ARRAY);
  }

  u32Array(sink: U32Sink): void {
    this.#expect(OPEN_ARRAY);
    if (this.#takeIf(CLOSE_ARRAY)) return;
    do {
      if (sink.size === sink.values.length) reserve(sink, 1);
      sink.values[sink.size++] = this.u32();
    } while (this.#takeIf(COMMA));
    this.#expect(CLOSE_ARRAY);
  }

  u32(): number {
    const value = this.integer();
    if (value > 0xffff_ffff) throw new MalformedBody('an integer is above 2^32 - 1');
    return value;
  }

  /** Plain digits are read here; `1.0` and `1e3` are legal JSON for an integer and take the slow road. */
  integer(): number {
    const start = this.#skipSpace();
    const bytes = this.#bytes;
    let at = start;
    let value = 0;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte < DIGIT_0 || byte > DIGIT_9) break;
      value = value * 10 + (byte - DIGIT_0);
    }
    const next = bytes[at] ?? END;
    const leadingZero = bytes[start] === DIGIT_0 && at - start > 1;
    if (at === start || leadingZero || next === 0x2e || next === 0x65 || next === 0x45) {
      value = this.#anyNumber(start);
    } else {
      this.#at = at;
    }
    if (!Number.isSafeInteger(value)) throw new MalformedBody('expected an integer below 2^53');
    return value;
  }

  boolean(): boolean {
    if (this.#word('true')) return true;
    if (this.#word('false')) return false;
    throw new MalformedBody(`expected a boolean at byte ${this.#at}`);
  }

  string(): string {
    this.#expect(QUOTE);
    const start = this.#at;
    const bytes = this.#bytes;
    let escaped = false;
    let at = start;
    for (; ; at++) {
      const byte = bytes[at] ?? END;
      if (byte === QUOTE) break;
      if (byte < SPACE)
        throw new MalformedBody('a string is not ended or holds a control character');
      if (byte === BACKSLASH) {
        escaped = true;
        at += 1;
      }
    }
    this.#at = at + 1;
    try {
      const text = utf8.decode(bytes.subarray(start, at));
      return escaped ? String(JSON.parse(`"${text}"`)) : text;
    } catch (cause) {
      throw Object.assign(new MalformedBody('a string is malformed'), { cause });
    }
  }

  takeNull(): boolean {
    return this.#word('null');
  }

  end(): void {
    if (this.#skipSpace() !== this.#bytes.length) throw new MalformedBody('text follows the value');
  }

  #map(onKey: () => void): void {
    this.#expect(OPEN_MAP);
    if (this.#takeIf(CLOSE_MAP)) return;
    do onKey();
    while (this.#takeIf(COMMA));
    this.#expect(CLOSE_MAP);
  }

  #anyNumber(start: number): number {
    let at = start;
    while (at < this.#bytes.length && isNumberByte(this.#bytes[at] ?? 0)) at += 1;
    const text = utf8.decode(this.#bytes.subarray(start, at));
    if (!/^\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) || /^0\d/.test(text)) {
      throw new MalformedBody(`expected a natural number at byte ${start}`);
    }
    this.#at = at;
    return Number(text);
  }

  #word(word: string): boolean {
    const at = this.#skipSpace();
    for (let i = 0; i < word.length; i++) {
      if (this.#bytes[at + i] !== word.charCodeAt(i)) return false;
    }
    this.#at = at + word.length;
    return true;
  }

  #expect(byte: number): void {
    if (!this.#takeIf(byte)) {
      throw new MalformedBody(`expected "${String.fromCharCode(byte)}" at byte ${this.#at}`);
    }
  }

  #takeIf(byte: number): boolean {
    if (this.#bytes[this.#skipSpace()] !== byte) return false;
    this.#at += 1;
    return true;
  }

  #skipSpace(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    for (; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0;
      if (byte !== SPACE && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    }
    this.#at = at;
    return at;
  }
}

function isNumberByte(byte: number): boolean {
  // Digits, '+', '-', '.', 'E', 'e'; the expression above decides what they may spell.
  return (
    (byte >= DIGIT_0 && byte <= DIGIT_9) ||
    byte === 0x2b ||
    byte === 0x2d ||
    byte === 0x2e ||
    byte === 0x45 ||
    byte === 0x65
  );
}
