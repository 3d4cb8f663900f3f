/**
 * How the 16 features of a fingerprint are coded for storage (grammar in packed.ts).
 *
 * A hash holds 16 values of 2 bits, one per filter, Gray-coded: 0, 1, 3, 2 are levels 0 to 3. A
 * filter looks at up to two seconds of music and moves slowly, so each of these 16 lanes is stored
 * as its runs: how long it keeps a level, and to which of the three others it goes then. Both
 * together are one symbol; runs that are too long for that begin with symbols for staying only.
 * Which code writes a symbol depends on the lane, the level and the level before, which after a stay
 * and at the lane's beginning is the level itself. Levels are mirrored to the lower half, for filters
 * are as often above their middle as below it.
 */
import { CODE_LENGTHS, CODE_OF_CONTEXT } from './packed-model.ts';

export const LANE_COUNT = 16;
/**
 * The lanes are stored in two parts that can be read at the same time: each code must be read to know
 * where the next one begins, so that a processor does nothing but wait when there is one part only.
 * About as many runs are in the lanes below this one as in the others.
 */
export const SECOND_PART_LANE = 7;
/** Runs up to here have a symbol for each direction they may end in. */
export const RUN_LENGTH_MAX = 12;
/** How long one may stay without an end to the run. */
export const STAYS = [12, 24, 60] as const;
export const FIRST_STAY_SYMBOL = 3 * RUN_LENGTH_MAX;
export const SYMBOL_COUNT = FIRST_STAY_SYMBOL + STAYS.length;
/** The direction of those who stay. */
const STAYING = 3;
export const CODE_LENGTH_MAX = 9;
/** Level and the level before, which is the same after a stay and at the beginning. */
export const STATE_COUNT = 16;

const LEVEL_OF_GRAY = [0, 1, 3, 2] as const;

/** The code for every lane and state: what to read next depends on where the lane is. */
export const codeOfState = Uint8Array.from({ length: LANE_COUNT * STATE_COUNT }, (_, index) => {
  const lane = Math.floor(index / STATE_COUNT);
  const { level, before } = mirrored(index % STATE_COUNT);
  return CODE_OF_CONTEXT.charCodeAt(lane * 8 + level * 4 + before) - 'a'.charCodeAt(0);
});

/**
 * For every code and the next CODE_LENGTH_MAX bits, least significant first: how many of them the
 * symbol takes (bits 0 to 3), where its run goes (bits 4 and 5), and how long it or its stay is (from
 * bit 8 on), in bytes of the hashes it covers.
 */
export const decodingTable = new Uint16Array(CODE_LENGTHS.length << CODE_LENGTH_MAX);

/** The lane and state behind the last ones, which nothing leaves and in which nothing changes. */
const IDLE_ROW = LANE_COUNT * STATE_COUNT;
/** Bytes of one transition in the table below. */
export const TRANSITION_SIZE_BYTES = 8;

/**
 * For every lane and state and where its run goes: what changes in the hashes (uint32), then where
 * the codes for the next run begin in the table above, and its transitions in this one (uint16 each,
 * in bytes).
 */
export const transitions = new DataView(
  new ArrayBuffer((IDLE_ROW + 1) * 4 * TRANSITION_SIZE_BYTES),
);

/** For every lane and value of 2 bits in the first hash, where to begin in both tables; then idling. */
export const starts = new Uint16Array((LANE_COUNT * 4 + 1) * 2);

for (let row = 0; row <= IDLE_ROW; row += 1) {
  for (let direction = 0; direction < 4; direction += 1) {
    const [change, codes, next] = transitionOf(row, direction);
    const place = (4 * row + direction) * TRANSITION_SIZE_BYTES;
    transitions.setUint32(place, change, true);
    transitions.setUint16(place + 4, codes, true);
    transitions.setUint16(place + 6, next, true);
  }
}
for (let lane = 0; lane < LANE_COUNT; lane += 1) {
  for (let value = 0; value < 4; value += 1) {
    const state = stateOf(grayOf(value), grayOf(value));
    starts.set(placesOf(lane * STATE_COUNT + state), 2 * (4 * lane + value));
  }
}
starts.set(placesOf(IDLE_ROW), 2 * 4 * LANE_COUNT);

function transitionOf(row: number, direction: number): [change: number, ...Places] {
  if (row === IDLE_ROW) return [0, ...placesOf(IDLE_ROW)];
  const lane = Math.floor(row / STATE_COUNT);
  const state = row % STATE_COUNT;
  const { level, isMirrored } = mirrored(state);
  if (direction === STAYING) {
    return [0, ...placesOf(lane * STATE_COUNT + stateOf(state >>> 2, state >>> 2))];
  }
  const to = (level + 1 + direction) & 3;
  const next = isMirrored ? 3 - to : to;
  const change = grayOf(next) ^ grayOf(state >>> 2);
  const nextRow = lane * STATE_COUNT + stateOf(next, state >>> 2);
  return [change << (2 * lane), ...placesOf(nextRow)];
}

type Places = [codes: number, transitions: number];

function placesOf(row: number): Places {
  return [(codeOfState[row] ?? 0) << (CODE_LENGTH_MAX + 1), row * 4 * TRANSITION_SIZE_BYTES];
}

/** Bits of every symbol in every code, least significant first, and their number in bits 16 to 19. */
export const encodingTable = new Uint32Array(CODE_LENGTHS.length * SYMBOL_COUNT);

for (const [code, lengths] of CODE_LENGTHS.entries()) fillTables(code, lengths);

/** Canonical codes: ascending by length, then by symbol, the first bit being the most significant. */
function fillTables(code: number, lengths: string): void {
  let next = 0;
  for (let length = 1; length <= CODE_LENGTH_MAX; length += 1) {
    for (let symbol = 0; symbol < SYMBOL_COUNT; symbol += 1) {
      if (Number(lengths[symbol]) !== length) continue;
      const bits = reversed(next, length);
      encodingTable[code * SYMBOL_COUNT + symbol] = bits | (length << 16);
      const entry = length | (endOf(symbol) << 4) | ((4 * lengthOf(symbol)) << 8);
      for (let rest = bits; rest < 1 << CODE_LENGTH_MAX; rest += 1 << length) {
        decodingTable[(code << CODE_LENGTH_MAX) + rest] = entry;
      }
      next += 1;
    }
    next <<= 1;
  }
}

/** How many hashes a symbol covers. */
export function lengthOf(symbol: number): number {
  return STAYS[symbol - FIRST_STAY_SYMBOL] ?? Math.floor(symbol / 3) + 1;
}

function endOf(symbol: number): number {
  return symbol < FIRST_STAY_SYMBOL ? symbol % 3 : STAYING;
}

function reversed(bits: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit += 1) result |= ((bits >>> bit) & 1) << (length - 1 - bit);
  return result;
}

/** The state of a lane that stands on this level of Gray-coded value and was on that one before. */
export function stateOf(level: number, before: number): number {
  return (level << 2) | before;
}

/** Level of a lane in a hash. */
export function levelAt(hash: number, lane: number): number {
  return LEVEL_OF_GRAY[(hash >>> (2 * lane)) & 3] ?? 0;
}

/** Where a run goes from a state, 0 to 2: the inverse of `transitions`. */
export function directionOf(state: number, next: number): number {
  const { level, isMirrored } = mirrored(state);
  return (((isMirrored ? 3 - next : next) - level) & 3) - 1;
}

/** Level and level before, turned upside down where the level is in the upper half. */
function mirrored(state: number): { level: number; before: number; isMirrored: boolean } {
  const level = state >>> 2;
  const before = state & 3;
  const isMirrored = level > 1;
  return isMirrored
    ? { level: 3 - level, before: 3 - before, isMirrored }
    : { level, before, isMirrored };
}

/** The Gray code is its own inverse. */
function grayOf(level: number): number {
  return LEVEL_OF_GRAY[level] ?? 0;
}
