import type { Corpus } from './corpus.ts';

/** Per hash five bytes, per document sixteen, and the head. */
const bodySizeMax = (size: number, k: number): number => size * (16 + 5 * k) + 16;

/**
 * The MessagePack body of an update that inserts the documents of one batch. Written by hand: of a
 * million documents, msgpackr makes garbage for minutes.
 */
export function updateBody(corpus: Corpus, batch: number, batchSize: number): Uint8Array {
  const first = batch * batchSize + 1;
  const size = Math.min(batchSize, corpus.count + 1 - first);
  const bytes = Buffer.allocUnsafeSlow(bodySizeMax(size, corpus.hashesPerFingerprint));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  // { "c": [ … ] }
  let at = bytes.write('\x81\xa1c\xdc', 0, 'latin1');
  at = bytes.writeUInt16BE(size, at);
  for (let id = first; id < first + size; id++) {
    // { "i": { "i": id, "h": [ … ] } }
    at += bytes.write('\x81\xa1i\x82\xa1i\xce', at, 'latin1');
    at = bytes.writeUInt32BE(id, at);
    at += bytes.write('\xa1h\xdc', at, 'latin1');
    const hashes = corpus.hashesOf(id);
    at = bytes.writeUInt16BE(hashes.length, at);
    for (const hash of hashes) {
      bytes[at] = 0xce;
      view.setUint32(at + 1, hash);
      at += 5;
    }
  }
  return bytes.subarray(0, at);
}
