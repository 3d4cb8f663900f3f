/**
 * `npm run bench -- index [--n 100000] [--parts http,process,one,disk,threads,peers]`: the index
 * engine against its goals (spec/index-engine.md section 2), on the seeded corpus of tools/corpus.mjs,
 * and its peers in the same run. Figures appear as they are taken, and in one table at the end;
 * bench/RESULTS.md keeps those worth keeping.
 */
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeCurrent } from '../index-engine/current.ts';
import { generationFolder } from '../index-engine/file-names.ts';
import { EngineProcess } from '../index-engine/testing/engine-process.ts';
import { buildInOneSegment } from './index/build.ts';
import { type Corpus, loadCorpus } from './index/corpus.ts';
import {
  measureAll,
  measureDeletes,
  measureOnDisk,
  measureThreads,
  withIndex,
} from './index/in-process.ts';
import { onDiskOverHttp, overHttp } from './index/over-http.ts';
import { postgresGin } from './index/postgres-gin.ts';
import { above, below, Report } from './index/report.ts';
import { typedArrays } from './index/typed-arrays.ts';

const PARTS = 'http,process,one,disk,threads,peers';

export async function bench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      n: { type: 'string', default: '100000' },
      parts: { type: 'string', default: PARTS },
    },
  });
  const parts = new Set(values.parts.split(','));
  const corpus = await loadCorpus(Number(values.n));
  const report = new Report();
  const folder = await mkdtemp(join(tmpdir(), 'bench-index-'));
  report.note('fingerprints', corpus.count, '');
  report.note('load average before', loadavg()[0] ?? 0, '');
  try {
    await warmCompileCache(folder);
    await run(corpus, { folder, parts, report });
  } finally {
    report.note('load average after', loadavg()[0] ?? 0, '');
    report.print();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Run {
  readonly folder: string;
  readonly parts: ReadonlySet<string>;
  readonly report: Report;
}

async function run(corpus: Corpus, { folder, parts, report }: Run): Promise<void> {
  const one = await oneSegment(corpus, folder, { parts, report });
  if (parts.has('http')) await overHttp(corpus, folder, report);
  if (parts.has('http') && parts.has('process')) {
    const goals = { hit: { p50: below(110), p99: below(250) }, ...exactGoals };
    await withIndex(generationFolder(join(folder, 'natural', 'main'), 1), async (index) => {
      measureAll(index, corpus, { name: 'inside, natural', report, goals });
      await measureDeletes(index, corpus, report);
    });
  }
  if (one && parts.has('disk')) {
    await measureOnDisk(generationFolder(join(one, 'main'), 1), corpus, report);
    await onDiskOverHttp(corpus, one, report);
  }
  if (one && parts.has('threads')) {
    await measureThreads(generationFolder(join(one, 'main'), 1), corpus, report);
  }
  if (!parts.has('peers')) return;
  typedArrays(corpus, report);
  await postgresGin(corpus, report);
}

const exactGoals = { exactHit: { p50: below(110), p99: below(3000) } };

/** Builds and searches the corpus in one segment of each codec; returns the data folder of `ef`. */
async function oneSegment(
  corpus: Corpus,
  folder: string,
  { parts, report }: Omit<Run, 'folder'>,
): Promise<string | undefined> {
  if (!parts.has('one')) return undefined;
  const data = join(folder, 'one');
  const index = join(data, 'main');
  for (const codec of ['streamvbyte', 'ef'] as const) {
    const built = join(folder, codec);
    await buildInOneSegment(corpus, built, codec, report);
    const hit = { p50: below(35), p99: below(150) };
    const goals = codec === 'ef' ? { hit, rate: above(25_000), ...exactGoals } : {};
    await withIndex(built, (opened) => {
      measureAll(opened, corpus, { name: `inside, one segment, ${codec}`, report, goals });
    });
    if (codec === 'streamvbyte') await rm(built, { recursive: true });
  }
  await mkdir(index, { recursive: true });
  await rename(join(folder, 'ef'), generationFolder(index, 1));
  await writeCurrent(index, { generation: 1, deleted: false });
  return data;
}

/** As the supervisor has it: without, each thread holds a compiler of TypeScript of its own. */
async function warmCompileCache(folder: string): Promise<void> {
  process.env['NODE_COMPILE_CACHE'] ??= join(folder, 'compiled');
  await using engine = await EngineProcess.start(join(folder, 'warm'));
  await engine.end('SIGTERM');
}
