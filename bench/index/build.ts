import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { segmentFile } from '../../index-engine/file-names.ts';
import { createWorkbench } from '../../index-engine/kernels/kernels.ts';
import { writeManifest } from '../../index-engine/manifest.ts';
import { mergeSegments, type MergeSource } from '../../index-engine/segment-merger.ts';
import { SegmentWriter } from '../../index-engine/segment-writer.ts';
import type { Corpus } from './corpus.ts';
import { above, below, type Report } from './report.ts';

/** Fingerprints sorted and packed at a time; what is gathered of them stays in the last cache. */
const PART_SIZE = 10_000;

interface Built {
  readonly sources: readonly MergeSource[];
  readonly postingCount: number;
}

/**
 * Sorts and packs the whole corpus in parts, then merges them into the one file of an index. Processor
 * time is noted beside the clock's, as that says more on a machine that others use, too.
 */
export async function buildInOneSegment(
  corpus: Corpus,
  folder: string,
  codec: 'ef' | 'streamvbyte',
  report: Report,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const clock = startClock();
  const { sources, postingCount } = buildParts(corpus);
  const built = clock();
  const name = segmentFile(1, 1);
  const writer = new SegmentWriter(join(folder, name));
  const parts = mergeSegments(sources, { codec, keepTombstones: false }, writer);
  const fileBytes = writer.finish({ first: 1, last: 1, version: 1 }, parts);
  const ended = clock();
  await writeManifest(folder, [name]);
  const inputBytes = sources.reduce((sum, { blocks }) => sum + blocks.byteLength, 0);
  const goals = codec === 'ef';
  const builds = `${codec}: bulk build to one segment`;
  const buildGoal = goals ? above(250_000) : undefined;
  report.note(builds, corpus.count / ended.seconds, 'fingerprints/s', buildGoal);
  const perCpu = 'by processor time';
  report.note(`${builds}, ${perCpu}`, corpus.count / ended.cpu, 'fingerprints/s', buildGoal);
  const merged = { seconds: ended.seconds - built.seconds, cpu: ended.cpu - built.cpu };
  const merges = `${codec}: merge, compressed input, fsync included`;
  const mergeGoal = goals ? above(250) : undefined;
  report.note(merges, inputBytes / 1e6 / merged.seconds, 'MB/s', mergeGoal);
  report.note(`${merges}, ${perCpu}`, inputBytes / 1e6 / merged.cpu, 'MB/s', mergeGoal);
  const limit = (value: number) => (goals ? below(value) : undefined);
  report.note(`${codec}: disk, one segment`, fileBytes / postingCount, 'B/posting', limit(3.1));
  const blockBytes = parts.directory.length * 512;
  report.note(`${codec}: blocks alone`, blockBytes / postingCount, 'B/posting', limit(3));
  report.note(`${codec}: disk`, fileBytes / corpus.count, 'B/fingerprint', limit(375));
}

function startClock(): () => { seconds: number; cpu: number } {
  const startedMs = performance.now();
  const started = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(started);
    return { seconds: (performance.now() - startedMs) / 1000, cpu: (user + system) / 1e6 };
  };
}

function buildParts(corpus: Corpus): Built {
  const bench = createWorkbench();
  const k = corpus.hashesPerFingerprint;
  const sources: MergeSource[] = [];
  let sum = 0;
  for (let from = 0; from < corpus.count; from += PART_SIZE) {
    const size = Math.min(PART_SIZE, corpus.count - from);
    bench.clear();
    bench.gather({
      hashes: corpus.all.subarray(from * k, (from + size) * k),
      starts: Uint32Array.from({ length: size + 1 }, (_, i) => i * k),
      ordinals: Uint32Array.from({ length: size }, (_, i) => i),
    });
    const form = { codec: 'ef', hashShift: bench.commonZeros() } as const;
    bench.sort(0, true);
    bench.dropRepeats();
    const { blocks, directory, postingCount } = bench.encode(form, true);
    sum += postingCount;
    sources.push({
      ...form,
      postingCount,
      blocks: blocks.slice(),
      directory: directory.slice(),
      documents: Uint32Array.from({ length: size }, (_, i) => from + i + 1),
      live: new Uint32Array(Math.ceil(size / 32)).fill(0xffff_ffff),
      tombstones: new Uint32Array(0),
      metadata: [],
    });
  }
  return { sources, postingCount: sum };
}
