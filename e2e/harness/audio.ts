/** Real audio for tests: the six small files of the reference data, and Debian's tools. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const AUDIO = fileURLToPath(new URL('../../../shared/data/audio', import.meta.url));
const FPCALC_OK = new Set([0, 3]);

export interface Fingerprinted {
  readonly duration: number;
  readonly fingerprint: string;
}

/** Whether a program is on this machine; tests that need it are skipped by name where it is not. */
export function hasProgram(program: string): boolean {
  return spawnSync('which', [program], { stdio: 'ignore' }).status === 0;
}

/** Paths of the audio files. */
export function listAudioFiles(): string[] {
  return readdirSync(AUDIO)
    .filter((name) => !name.endsWith('.json'))
    .sort()
    .map((name) => join(AUDIO, name));
}

/** Path of one audio file. */
export function audioFile(name: string): string {
  return join(AUDIO, name);
}

/**
 * Fingerprints a file as a tagger does. NOTE: Debian's fpcalc exits with 3 at the end of every file
 * shorter than its window, with a perfectly good result (chromaprint.md section 2).
 */
export function fpcalc(file: string): Fingerprinted {
  const { status, stdout } = spawnSync('fpcalc', ['-json', file], { encoding: 'utf8' });
  if (status === null || !FPCALC_OK.has(status)) throw new Error(`fpcalc ${file}: exit ${status}`);
  const { duration, fingerprint } = JSON.parse(stdout) as Fingerprinted;
  return { duration: Math.trunc(duration), fingerprint };
}

/** Encodes a file anew, as somebody else's copy of the recording would be. */
export function reencode(file: string, target: string, options: readonly string[]): void {
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', file, ...options, target]);
}
