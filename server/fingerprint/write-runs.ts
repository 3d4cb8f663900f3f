/** Writes the lanes of packed format 1 (packed.ts). */
import {
  codeOfState,
  directionOf,
  encodingTable,
  FIRST_STAY_SYMBOL,
  lengthOf,
  levelAt,
  RUN_LENGTH_MAX,
  STATE_COUNT,
  stateOf,
  STAYS,
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
    const run = { lane, state, length: index - start };
    const { length, state: stayed } = writeStays(sink, run, RUN_LENGTH_MAX);
    const symbol = 3 * (length - 1) + directionOf(stayed, next);
    writeSymbol(sink, codeOf(lane, stayed), symbol);
    state = stateOf(next, level);
    level = next;
    start = index;
  }
  writeLast(sink, { lane, state, length: hashes.length - start });
}

interface Run {
  readonly lane: number;
  readonly state: number;
  readonly length: number;
}

/** Writes stays, the longest first, until no more than so much of the run is left; returns that. */
function writeStays(sink: BitSink, run: Run, lengthMax: number): Run {
  let { length, state } = run;
  for (let stay = STAYS.length - 1; length > lengthMax;) {
    // Something has to be left over, for a stay has no end.
    if ((STAYS[stay] ?? 0) >= length) {
      stay -= 1;
      continue;
    }
    writeSymbol(sink, codeOf(run.lane, state), FIRST_STAY_SYMBOL + stay);
    length -= STAYS[stay] ?? 0;
    state = stateOf(state >>> 2, state >>> 2);
  }
  return { lane: run.lane, state, length };
}

/** Where the fingerprint ends, any run at least as long as what is left will do: the cheapest does. */
function writeLast(sink: BitSink, run: Run): void {
  const { lane, length, state } = writeStays(sink, run, STAYS[STAYS.length - 1] ?? 0);
  const code = codeOf(lane, state);
  let best = { symbol: 0, bitCount: Number.POSITIVE_INFINITY };
  for (let symbol = 0; symbol < SYMBOL_COUNT; symbol += 1) {
    const bitCount = (encodingTable[code * SYMBOL_COUNT + symbol] ?? 0) >>> 16;
    if (lengthOf(symbol) >= length && bitCount < best.bitCount) best = { symbol, bitCount };
  }
  writeSymbol(sink, code, best.symbol);
}

function codeOf(lane: number, state: number): number {
  return codeOfState[lane * STATE_COUNT + state] ?? 0;
}

/** Writes a symbol; what falls off the end is counted, so that the caller notices. */
function writeSymbol(sink: BitSink, code: number, symbol: number): void {
  const entry = encodingTable[code * SYMBOL_COUNT + symbol] ?? 0;
  let index = sink.bitCount >>> 3;
  for (let rest = (entry & 0xffff) << (sink.bitCount & 7); rest !== 0; rest >>>= 8) {
    if (index < sink.bytes.length) sink.bytes[index] = (sink.bytes[index] ?? 0) | (rest & 0xff);
    index += 1;
  }
  sink.bitCount += entry >>> 16;
}
