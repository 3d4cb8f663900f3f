/**
 * Everything the pages may ask of the shell, and everything it tells them, as one table. The shell
 * checks every call by its schema; the pages take the types. `preload.ts` puts `Shell` on
 * `window.acoustid`; in a browser it is not there.
 */
import { z } from 'zod';
import { SERVICE_NAMES } from '../services/service.ts';

const nothing = z.undefined();
const done = z.null();

const serviceSchema = z.object({
  name: z.enum(SERVICE_NAMES),
  state: z.enum([
    'waiting',
    'starting',
    'ready',
    'done',
    'restarting',
    'failed',
    'stopping',
    'stopped',
  ]),
  startMs: z.number().optional(),
  error: z.string().optional(),
  /** What it said last, as it stands in its log; empty when it said nothing. */
  lastLine: z.string(),
});

export const lifeSchema = z.object({
  phase: z.enum(['starting', 'running', 'failed', 'stopping', 'stopped']),
  /** Why it cannot run and what to do, when `failed`. */
  error: z.string().optional(),
  services: z.array(serviceSchema),
  /** Base address of the API and the pages while it runs. */
  url: z.string().optional(),
  dataDir: z.string().optional(),
});

export type Life = z.infer<typeof lifeSchema>;

const PORT = z.int().min(1).max(65_535);

/** An address as it stands in `[server] host`. */
const host = z.union([z.ipv4(), z.ipv6(), z.literal('localhost')]);

const serverSchema = z.object({ host, port: PORT });

export const settingsSchema = z.object({
  /** As configured; port 0 lets the system choose one at every start. */
  server: z.object({ host: z.string(), port: z.int().min(0) }),
  /** Settings the environment or the command line holds, which the shell therefore cannot change. */
  fixed: z.array(z.enum(['host', 'port'])),
  hasAdminPassword: z.boolean(),
  autostart: z.boolean(),
  keepAwake: z.boolean(),
  notify: z.boolean(),
  onClose: z.enum(['ask', 'keep', 'quit']),
  updates: z.object({ feed: z.string().nullable(), version: z.string() }),
});

export const updateSchema = z.object({
  state: z.enum(['off', 'none', 'found', 'downloading', 'ready', 'installing', 'failed']),
  version: z.string().optional(),
  percent: z.number().min(0).max(100).optional(),
  error: z.string().optional(),
});

export type UpdateState = z.infer<typeof updateSchema>;

export const moveSchema = z.object({
  step: z.enum([
    'measuring',
    'stopping',
    'copying',
    'checking',
    'starting',
    'done',
    'cancelled',
    'failed',
  ]),
  doneBytes: z.int().min(0),
  totalBytes: z.int().min(0),
  /** Where the data is when all is over, and where it was. */
  from: z.string(),
  to: z.string(),
  error: z.string().optional(),
});

export type MoveProgress = z.infer<typeof moveSchema>;

/** What a page may ask: the input it gives and the output it gets. */
export const OPERATIONS = {
  /** How the appliance is now. */
  life: { input: nothing, output: lifeSchema },
  /** Tries to start again what could not start. */
  retry: { input: nothing, output: done },
  'restart-service': { input: z.object({ name: z.enum(SERVICE_NAMES) }), output: done },
  'open-logs': { input: nothing, output: done },
  quit: { input: nothing, output: done },
  /** A session for this window again, after one has ended. */
  'sign-in': { input: nothing, output: done },
  settings: { input: nothing, output: settingsSchema },
  /** Writes `[server]` and starts everything anew; refused beyond loopback without a password. */
  'set-server': { input: serverSchema.partial(), output: done },
  'set-shell': {
    input: settingsSchema
      .pick({ autostart: true, keepAwake: true, notify: true, onClose: true })
      .partial(),
    output: done,
  },
  /** A folder the person chooses in the system's dialog; null when none was. */
  'choose-folder': { input: nothing, output: z.string().nullable() },
  /** Moves the data folder; resolves when it is over, however it ended. Told of by `move`. */
  'move-data': {
    input: z.object({ to: z.string().min(1).max(4096), keepOld: z.boolean() }),
    output: moveSchema,
  },
  'cancel-move': { input: nothing, output: done },
  'check-updates': { input: nothing, output: updateSchema },
  'install-update': { input: nothing, output: done },
} as const satisfies Record<string, { input: z.ZodType; output: z.ZodType }>;

/** What the shell tells without being asked. */
export const EVENTS = {
  life: lifeSchema,
  move: moveSchema,
  update: updateSchema,
} as const satisfies Record<string, z.ZodType>;

export type OperationName = keyof typeof OPERATIONS;
export type Input<K extends OperationName> = z.infer<(typeof OPERATIONS)[K]['input']>;
export type Output<K extends OperationName> = z.infer<(typeof OPERATIONS)[K]['output']>;
export type EventName = keyof typeof EVENTS;
export type EventOf<K extends EventName> = z.infer<(typeof EVENTS)[K]>;

/** How a call ends: a refusal is an answer, whose text a person understands. */
export type Answer<K extends OperationName> =
  | { readonly ok: true; readonly value: Output<K> }
  | { readonly ok: false; readonly error: string };

/** What is on `window.acoustid` in the desktop application. */
export interface Shell {
  call<K extends OperationName>(name: K, input?: Input<K>): Promise<Answer<K>>;
  /** Listens; returns what ends the listening. */
  on<K extends EventName>(name: K, listener: (event: EventOf<K>) => void): () => void;
}
