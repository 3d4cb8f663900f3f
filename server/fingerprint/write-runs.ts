/** Writes the lanes of packed format 1 (packed.ts). */
import {
  codeOfState,
  directionOf,
  encodingTable,
  levelAt,
  RUN_LENGTH_MAX,
  STATE_COUNT,
  stateOf,
  SYMBOL_COUNT,
} from './packed-code.ts';

/** Bits in order, least significant first, into a buffer that never grows. */
interface BitSink {
  readonly bytes: Uint8Array;
  bitCount: number;
}

/** Codes of the lanes from one to before another; undefined if they would take more bytes. */
export function writeLanes(
  hashes: Uint32Array,
  from: number,
  to: number,
  sizeMaxBytes: number,
): Uint8Array | undefined {
  const sink: BitSink = { bytes: new Uint8Array(sizeMaxBytes), bitCount: 0 };
  for (let lane = from; lane < to; lane += 1) {
    writeLane(hashes, lane, sink);
    if (sink.bitCount > 8 * sink.bytes.length) return undefined;
  }
  return sink.bytes.subarray(0, Math.ceil(sink.bitCount / 8));
}

function writeLane(hashes: Uint32Array, lane: number, sink: BitSink): void {
  let level = levelAt(hashes[0] ?? 0, lane);
  let state = stateOf(level, level);
  let start = 0;
  for (let index = 1; index < hashes.length; index += 1) {
    const next = levelAt(hashes[index] ?? 0, lane);
    if (next === level) continue;
    const code = codeOfState[lane * STATE_COUNT + state] ?? 0;
    writeRun(sink, code, index - start, directionOf(state, next));
    state = stateOf(next, level);
    level = next;
    start = index;
  }
  writeLast(sink, codeOfState[lane * STATE_COUNT + state] ?? 0, hashes.length - start);
}

function writeRun(sink: BitSink, code: number, run: number, direction: number): void {
  const symbol = 3 * (Math.min(run, RUN_LENGTH_MAX + 1) - 1) + direction;
  writeSymbol(sink, code, symbol);
  if (run > RUN_LENGTH_MAX) writeLonger(sink, run - RUN_LENGTH_MAX);
}

/** Where the fingerprint ends, any run at least as long as what is left will do: the cheapest does. */
function writeLast(sink: BitSink, code: number, left: number): void {
  let best = { symbol: 0, bitCount: Number.POSITIVE_INFINITY };
  const shortest = Math.min(left, RUN_LENGTH_MAX + 1);
  for (let symbol = 3 * (shortest - 1); symbol < SYMBOL_COUNT; symbol += 1) {
    const isLonger = symbol >= 3 * RUN_LENGTH_MAX;
    const bitCount =
      ((encodingTable[code * SYMBOL_COUNT + symbol] ?? 0) >>> 16) + (isLonger ? 1 : 0);
    if (bitCount < best.bitCount) best = { symbol, bitCount };
  }
  writeSymbol(sink, code, best.symbol);
  if (best.symbol >= 3 * RUN_LENGTH_MAX) writeLonger(sink, Math.max(1, left - RUN_LENGTH_MAX));
}

function writeSymbol(sink: BitSink, code: number, symbol: number): void {
  const entry = encodingTable[code * SYMBOL_COUNT + symbol] ?? 0;
  writeBits(sink, entry & 0xffff, entry >>> 16);
}

/** As many zeroes as there are bits below the highest set one, that one, and those bits. */
function writeLonger(sink: BitSink, excess: number): void {
  const bitCount = 31 - Math.clz32(excess);
  sink.bitCount += bitCount;
  writeBits(sink, 1, 1);
  writeBits(sink, excess & ((1 << bitCount) - 1), bitCount);
}

/** Writes up to 16 bits; what falls off the end is counted, so that the caller notices. */
function writeBits(sink: BitSink, value: number, bitCount: number): void {
  let index = sink.bitCount >>> 3;
  for (let rest = value << (sink.bitCount & 7); rest !== 0; rest >>>= 8) {
    if (index < sink.bytes.length) sink.bytes[index] = (sink.bytes[index] ?? 0) | (rest & 0xff);
    index += 1;
  }
  sink.bitCount += bitCount;
}
