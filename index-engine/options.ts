import { type Codec, isCodec } from './block.ts';
import { availableParallelism } from 'node:os';
import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

export interface Options {
  readonly dir: string;
  readonly host: string;
  readonly port: number;
  /** 0 for no line protocol. */
  readonly legacyPort: number;
  readonly threads: number;
  readonly logLevel: string;
  /** Undefined for an engine on its own. */
  readonly cluster: string | undefined;
  readonly natsUrl: string;
  /** How often the cluster's stream is trimmed; 0 for never. */
  readonly clusterTrimMs: number;
  readonly checkpointThreshold: number;
  readonly checkpointAgeMs: number;
  readonly memoryLimitBytes: number;
  /** Of new indexes that ask for none. */
  readonly codec: Codec;
}

/** A command line the engine does not understand; the message is all the user gets to see. */
export class OptionError extends Error {}

export const USAGE = `acoustid index [options]
acoustid index snapshot --url U --index N --output F [--format own|upstream]
acoustid index restore --dir D --index N --input F [--codec ef|streamvbyte]
acoustid index verify --dir D

  --dir D             data folder (default: data)
  --host H            address to listen on (default: 127.0.0.1)
  --port P            port, 0 for any free one (default: 6081)
  --legacy-port P     port of the old line protocol, 0 for none (default: 0)
  --threads N         search threads, 0 for one per core (default: 0)
  --checkpoint-threshold N  postings in memory before they go to a file (default: 1000000)
  --checkpoint-age-ms N     or after this long, 0 for never (default: 60000)
  --memory-limit SIZE  memory for segments, as 500M or 2G; bigger ones stay on disk (default: none)
  --codec C           how files of new indexes are packed: ef | streamvbyte (default: ef)
  --cluster NAME      replicate through NATS JetStream with the nodes of that name
  --nats-url URL      (default: nats://127.0.0.1:4222)
  --cluster-trim-ms N how often to drop updates all nodes have in files, 0 for never (default: 60000)
  --log-level L       ${LOG_LEVELS.join(' | ')} (default: info)
  --help
`;

const FLAGS = {
  dir: { type: 'string', default: 'data' },
  host: { type: 'string', default: '127.0.0.1' },
  port: { type: 'string', default: '6081' },
  'legacy-port': { type: 'string', default: '0' },
  threads: { type: 'string', default: '0' },
  'checkpoint-threshold': { type: 'string', default: '1000000' },
  'checkpoint-age-ms': { type: 'string', default: '60000' },
  'memory-limit': { type: 'string', default: '' },
  codec: { type: 'string', default: 'ef' },
  cluster: { type: 'string', default: '' },
  'cluster-trim-ms': { type: 'string', default: '60000' },
  'nats-url': { type: 'string', default: 'nats://127.0.0.1:4222' },
  'log-level': { type: 'string', default: 'info' },
  help: { type: 'boolean', default: false },
} as const;

/** Strict: an option that is not known is refused, not skipped. Throws OptionError. */
export function parseOptions(argv: readonly string[]): Options | 'help' {
  const values = parseFlags(argv, FLAGS);
  if (values.help) return 'help';
  const threads = naturalNumber('threads', values.threads, 1024);
  if (!LOG_LEVELS.includes(values['log-level'])) {
    throw new OptionError(`--log-level must be one of ${LOG_LEVELS.join(', ')}`);
  }
  if (values.dir === '') throw new OptionError('--dir must not be empty');
  return {
    dir: values.dir,
    host: values.host,
    port: naturalNumber('port', values.port, 65_535),
    legacyPort: naturalNumber('legacy-port', values['legacy-port'], 65_535),
    threads: threads === 0 ? availableParallelism() : threads,
    logLevel: values['log-level'],
    cluster: clusterName(values.cluster),
    codec: codecNamed(values.codec),
    clusterTrimMs: naturalNumber('cluster-trim-ms', values['cluster-trim-ms'], 1e9),
    natsUrl: natsUrl(values['nats-url']),
    memoryLimitBytes: sizeBytes('memory-limit', values['memory-limit']),
    checkpointThreshold: naturalNumber('checkpoint-threshold', values['checkpoint-threshold'], 1e9),
    checkpointAgeMs: naturalNumber('checkpoint-age-ms', values['checkpoint-age-ms'], 1e9),
  };
}

/** Flags and their values; throws OptionError for any other word. */
export function parseFlags<const T extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...argv], strict: true, allowPositionals: false, options }).values;
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new OptionError(message.split('. ')[0] ?? message, { cause });
  }
}

function naturalNumber(name: string, text: string, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max)) throw new OptionError(`--${name} must be a number from 0 to ${max}`);
  return value;
}

/** A number with an optional K, M, G or T (of 1024); empty is no limit. */
function sizeBytes(name: string, text: string): number {
  if (text === '') return Infinity;
  const match = /^(\d{1,12})([KMGT]?)$/i.exec(text);
  if (!match) throw new OptionError(`--${name} must be a size such as 500M or 2G`);
  const power = 'KMGT'.indexOf((match[2] ?? '').toUpperCase() || ' ') + 1;
  return Number(match[1]) * 1024 ** power;
}

export function codecNamed(text: string): Codec {
  if (!isCodec(text)) throw new OptionError('--codec must be ef or streamvbyte');
  return text;
}

/** It becomes part of stream names and subjects. */
function clusterName(text: string): string | undefined {
  if (text === '') return undefined;
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(text)) {
    throw new OptionError('--cluster must be of letters, digits, - and _');
  }
  return text;
}

function natsUrl(text: string): string {
  if (!URL.canParse(text))
    throw new OptionError('--nats-url must be a URL such as nats://host:4222');
  return text;
}
