/** Comparing what people typed: titles and names, in any script. */

const MARKS = /\p{M}+/gu;
const NOT_LETTERS = /[^\p{L}\p{N}]+/gu;

/** Text without what people type differently: case, accents, punctuation, space. */
export function plainText(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(MARKS, '')
    .toLowerCase()
    .replaceAll(NOT_LETTERS, ' ')
    .trim();
}

/**
 * How alike two texts are, 0 to 1: the share of pairs of neighbouring characters they have in common
 * (Dice), words in any order. Texts of which nothing plain remains are alike only if equal.
 */
export function textSimilarity(a: string, b: string): number {
  const [plainA, plainB] = [plainText(a), plainText(b)];
  if (plainA === plainB) return plainA === '' && a.trim() !== b.trim() ? 0 : 1;
  const pairsA = pairsOf(plainA);
  const pairsB = pairsOf(plainB);
  let common = 0;
  for (const [pair, count] of pairsA) common += Math.min(count, pairsB.get(pair) ?? 0);
  const total = sizeOf(pairsA) + sizeOf(pairsB);
  return total === 0 ? 0 : (2 * common) / total;
}

/** Pairs of characters within words, ends included, so that words of one letter count too. */
function pairsOf(plain: string): ReadonlyMap<string, number> {
  const pairs = new Map<string, number>();
  for (const word of plain.split(' ')) {
    if (word === '') continue;
    const padded = ` ${word} `;
    for (let at = 1; at < padded.length; at += 1) {
      const pair = padded.slice(at - 1, at + 1);
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
  }
  return pairs;
}

function sizeOf(pairs: ReadonlyMap<string, number>): number {
  let size = 0;
  for (const count of pairs.values()) size += count;
  return size;
}
