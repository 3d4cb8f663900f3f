/** Writes MessagePack value by value, each in its shortest form: what upstream's files need bytes for. */
export class MsgpackWriter {
  #bytes = Buffer.alloc(1024);
  #at = 0;

  integers(...values: readonly number[]): void {
    for (const value of values) this.#integer(value);
  }

  /** Always nine bytes. */
  uint64(value: bigint): void {
    this.#reserve(9);
    this.#bytes[this.#at] = 0xcf;
    this.#at = this.#bytes.writeBigUInt64BE(value, this.#at + 1);
  }

  boolean(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  nil(): void {
    this.#byte(0xc0);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    if (length < 32) this.#byte(0xa0 | length);
    else this.#sized(length, 0xda, 0xdb);
    this.#reserve(length);
    this.#at += this.#bytes.write(value, this.#at);
  }

  map(size: number): void {
    if (size < 16) this.#byte(0x80 | size);
    else this.#sized(size, 0xde, 0xdf);
  }

  array(size: number): void {
    if (size < 16) this.#byte(0x90 | size);
    else this.#sized(size, 0xdc, 0xdd);
  }

  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  #integer(value: number): void {
    if (value < 0x80) {
      this.#byte(value);
    } else if (value < 0x100) {
      this.#byte(0xcc);
      this.#byte(value);
    } else if (value <= 0xffff_ffff) {
      this.#sized(value, 0xcd, 0xce);
    } else {
      this.uint64(BigInt(value));
    }
  }

  /** A tag and a 16-bit or 32-bit number. */
  #sized(value: number, tag16: number, tag32: number): void {
    this.#reserve(5);
    const isShort = value < 0x1_0000;
    this.#bytes[this.#at] = isShort ? tag16 : tag32;
    this.#at = isShort
      ? this.#bytes.writeUInt16BE(value, this.#at + 1)
      : this.#bytes.writeUInt32BE(value, this.#at + 1);
  }

  #byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#at++] = value;
  }

  #reserve(sizeBytes: number): void {
    if (this.#at + sizeBytes <= this.#bytes.length) return;
    const grown = Buffer.alloc(Math.max(this.#bytes.length * 2, this.#at + sizeBytes));
    this.#bytes.copy(grown, 0, 0, this.#at);
    this.#bytes = grown;
  }
}
