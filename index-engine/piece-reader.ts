import { CorruptionError } from './errors.ts';

/** Reads a stream of pieces by exact counts of bytes, whatever sizes the pieces have. */
export class PieceReader {
  readonly #source: AsyncIterator<Uint8Array>;
  readonly #name: string;
  #held: Buffer = Buffer.alloc(0);
  offset = 0;

  /** `name` is what errors call the stream. */
  constructor(source: AsyncIterable<Uint8Array>, name: string) {
    this.#source = source[Symbol.asyncIterator]();
    this.#name = name;
  }

  /** The next bytes without moving on; fewer only at the stream's end. */
  async peek(count: number): Promise<Buffer> {
    await this.#hold(count);
    return this.#held.subarray(0, count);
  }

  /** Exactly `count` bytes. Throws CorruptionError if the stream ends first. */
  async take(count: number): Promise<Buffer> {
    await this.#hold(count);
    if (this.#held.length < count) throw this.#cut();
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    this.offset += count;
    return taken;
  }

  /** Exactly `count` bytes, piece by piece. */
  async *pieces(count: number): AsyncGenerator<Buffer> {
    let left = count;
    while (left > 0) {
      if (this.#held.length === 0) await this.#hold(1);
      if (this.#held.length === 0) throw this.#cut();
      const piece = await this.take(Math.min(left, this.#held.length));
      left -= piece.length;
      yield piece;
    }
  }

  async #hold(count: number): Promise<void> {
    const pieces = [this.#held];
    let size = this.#held.length;
    while (size < count) {
      const { value, done } = await this.#source.next();
      if (done) break;
      pieces.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
      size += value.byteLength;
    }
    if (pieces.length > 1) this.#held = Buffer.concat(pieces, size);
  }

  #cut(): CorruptionError {
    return new CorruptionError(
      this.#name,
      this.offset + this.#held.length,
      'the stream is cut short',
    );
  }
}
