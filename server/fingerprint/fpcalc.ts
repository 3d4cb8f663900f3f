import { execFile } from 'node:child_process';

/** What a tagger would send of a file. */
export interface FingerprintedAudio {
  readonly durationSeconds: number;
  /** The library's compressed text. */
  readonly fingerprint: string;
}

/** There is no `fpcalc` on this machine. */
export class FpcalcMissingError extends Error {
  constructor(options?: ErrorOptions) {
    super('fpcalc is not installed', options);
    this.name = 'FpcalcMissingError';
  }
}

/** `fpcalc` could not make a fingerprint of the file; the message is what it said. */
export class AudioUnreadableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AudioUnreadableError';
  }
}

const PROGRAM = 'fpcalc';
/** Seconds of audio that AcoustID fingerprints cover. */
const AUDIO_SECONDS = 120;
const TIMEOUT_MS = 60_000;
const OUTPUT_BYTES_MAX = 1024 * 1024;
const MESSAGE_LENGTH_MAX = 200;

/** Fingerprints an audio file. Throws `FpcalcMissingError` and `AudioUnreadableError`. */
export async function fingerprintAudio(path: string): Promise<FingerprintedAudio> {
  const { duration, fingerprint } = readOutput(await run(path));
  return { durationSeconds: Math.trunc(duration), fingerprint };
}

function run(path: string): Promise<string> {
  const args = ['-json', '-length', String(AUDIO_SECONDS), path];
  const options = { timeout: TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX };
  return new Promise((resolve, reject) => {
    execFile(PROGRAM, args, options, (error, stdout, stderr) => {
      // NOTE: Debian's fpcalc exits with 3 after a good result of a file shorter than its window.
      if (stdout.startsWith('{')) resolve(stdout);
      else if (error?.code === 'ENOENT') reject(new FpcalcMissingError({ cause: error }));
      else reject(new AudioUnreadableError(reasonOf(stderr), { cause: error }));
    });
  });
}

/** What the program said, without its own name for the file, which is nobody's business. */
function reasonOf(stderr: string): string {
  const line = /^ERROR: (.*)$/m.exec(stderr)?.[1] ?? 'no audio was found in it';
  return line.replaceAll(/\/\S+/g, 'the file').slice(0, MESSAGE_LENGTH_MAX);
}

function readOutput(stdout: string): { readonly duration: number; readonly fingerprint: string } {
  // The program's documented form of -json.
  const output = JSON.parse(stdout) as { duration?: unknown; fingerprint?: unknown };
  const { duration, fingerprint } = output;
  if (typeof duration !== 'number' || typeof fingerprint !== 'string' || fingerprint === '') {
    throw new AudioUnreadableError('it is too short');
  }
  return { duration, fingerprint };
}
