/**
 * `npm run bench -- index [--n 100000] [--keep DIR]`: the index engine against its goals
 * (spec/index-engine.md section 2), on the seeded corpus of tools/corpus.mjs. Every figure is printed
 * as one row; bench/RESULTS.md keeps those worth keeping.
 */
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildInOneSegment, inProcess } from './index/in-process.ts';
import { overHttp } from './index/over-http.ts';
import { typedArrays } from './index/typed-arrays.ts';
import { loadCorpus } from './index/corpus.ts';

export async function bench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      n: { type: 'string', default: '100000' },
      parts: { type: 'string', default: 'http,process,one,peers' },
    },
  });
  const corpus = await loadCorpus(Number(values.n));
  const parts = new Set(values.parts.split(','));
  const folder = await mkdtemp(join(tmpdir(), 'bench-index-'));
  try {
    if (parts.has('http')) {
      await overHttp(corpus, join(folder, 'data'), async () => {
        row('disk, bytes per fingerprint', (await segmentBytes(folder)) / corpus.count);
      });
    }
    if (parts.has('http') && parts.has('process')) {
      await inProcess(corpus, join(folder, 'data', 'main', 'g000001'), 'natural');
    }
    if (parts.has('one')) {
      const one = join(folder, 'one');
      await buildInOneSegment(corpus, one);
      await inProcess(corpus, one, 'one segment');
    }
    if (parts.has('peers')) typedArrays(corpus);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function row(name: string, value: number): void {
  console.log(`${name.padEnd(64)} ${value.toFixed(1).padStart(12)}`);
}

async function segmentBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    if (name.endsWith('.segment')) sum += (await stat(join(folder, name))).size;
  }
  return sum;
}
