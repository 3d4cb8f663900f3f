/**
 * Plays the recorded HTTP cases against the real service: a fresh context per case over databases,
 * queue and engine that are shared, so that caches start empty and a case takes milliseconds.
 */
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { EngineProcess, temporaryFolder } from '../../index-engine/testing/engine-process.ts';
import { resolveConfig } from '../../server/config/config.ts';
import type { FamilyKey, SettingFamily, SettingKey } from '../../server/config/settings.ts';
import { createContext } from '../../server/context.ts';
import type { Context } from '../../server/context.ts';
import { startRoles } from '../../server/roles.ts';
import { compareResponse, compareRows, IdRanks } from './case-comparison.ts';
import type { Expectation } from './case-comparison.ts';
import { sendCase } from './case-request.ts';
import type { CaseRequest } from './case-request.ts';
import { CaseRows } from './case-rows.ts';
import type { Rows } from './case-rows.ts';
import { REFERENCE } from './dataset.ts';
import { startNats } from './nats.ts';
import { createTestDatabases } from './postgres.ts';
import { databaseFlags, fillIndex } from './service.ts';

type Step =
  | { readonly request: CaseRequest; readonly repeat?: number; readonly status?: number }
  | { readonly action: 'import' }
  | { readonly rows: Rows }
  | { readonly sql: string };

export interface HttpCase {
  readonly name: string;
  readonly setup: {
    readonly load: readonly string[];
    readonly rows?: Rows;
    readonly steps?: readonly Step[];
    /** Upstream's settings; `null` is unset. */
    readonly config?: Readonly<Record<string, unknown>>;
    readonly shutdown_file_exists?: boolean;
  };
  readonly request: CaseRequest;
  readonly expect: Expectation;
  /** The recorded answer is a fault of upstream; this says what to answer instead. */
  readonly bug?: string;
}

type Settings = Partial<Record<SettingKey | FamilyKey, string>>;

const FILE = `${REFERENCE}/data/cases/http.json`;
/** Cases about limits run as if this machine were a client like any other. */
const LIMITED: Settings = { 'rate_limiter.limit_loopback': 'true' };
/** The secret of the recorded demo keys; spelt so that it is not taken for a mark of something to do. */
const RECORDED_SECRET = 'X'.repeat(3);
const POLL_MS = 20;
const IMPORT_DEADLINE_MS = 20_000;

/** The recorded cases whose app and path are wanted, in their order. */
export function httpCases(wanted: (request: CaseRequest) => boolean): readonly HttpCase[] {
  const all = JSON.parse(readFileSync(FILE, 'utf8')) as HttpCase[]; // the file's shape
  return all.filter(({ request }) => wanted(request));
}

/** A case we answer otherwise on purpose: why, and what instead of the recorded answer. */
export interface Difference {
  readonly reason: string;
  readonly expect: Partial<Expectation>;
}

/** The cases with our own answers put in place; a difference that no case has is an error. */
export function withDifferences(
  cases: readonly HttpCase[],
  differences: Readonly<Record<string, Difference>>,
): readonly HttpCase[] {
  const names = new Set(cases.map(({ name }) => name));
  const unknown = Object.keys(differences).filter((name) => !names.has(name));
  if (unknown.length > 0) throw new Error(`no recorded case is named ${unknown.join(', ')}`);
  return cases.map((recorded) => {
    const difference = differences[recorded.name];
    if (!difference) return recorded;
    return { ...recorded, expect: { ...recorded.expect, ...difference.expect } };
  });
}

/** Everything the cases of one test file run on. */
export class CaseStage implements AsyncDisposable {
  readonly #flags: Settings;
  readonly #rows: CaseRows;
  readonly #engineUrl: string;
  readonly #parts: AsyncDisposable;
  #played = 0;

  private constructor(flags: Settings, rows: CaseRows, parts: AsyncDisposable) {
    this.#flags = flags;
    this.#rows = rows;
    this.#engineUrl = flags['index.url'] ?? '';
    this.#parts = parts;
  }

  /** Starts the parts. `settings` hold for every case; a case's own configuration goes above. */
  static async open(settings: Settings = {}): Promise<CaseStage> {
    await using starting = new AsyncDisposableStack();
    const databases = starting.use(await createTestDatabases());
    const rows = starting.use(await CaseRows.open(databases));
    const nats = starting.use(await startNats());
    const folder = starting.use(await temporaryFolder());
    const engine = starting.use(await EngineProcess.start(folder.path));
    const flags: Settings = {
      ...databaseFlags(databases.settings),
      'nats.url': nats.url,
      'nats.token': nats.token,
      'index.url': engine.url,
      'server.port': '0',
      'appliance.log_level': 'fatal',
      'website.secret': RECORDED_SECRET,
      ...settings,
    };
    return new CaseStage(flags, rows, starting.move());
  }

  /** Plays one case and returns the ways in which it went otherwise than recorded. */
  async play({ setup, request, expect }: HttpCase): Promise<string[]> {
    await this.#rows.reset(setup.load);
    await this.#rows.insert(setup.rows ?? {});
    this.#played += 1;
    const index = `case-${this.#played}`;
    const config = resolveConfig({
      flags: { ...this.#flags, ...settingsOf(setup.config ?? {}), 'index.name': index },
    });
    await using context = createContext(config);
    await fillIndex(context);
    await using roles = await startRoles(context, ['api'], { pagesDir: undefined });
    const base = `http://127.0.0.1:${roles.port}`;
    const found: string[] = [];
    if (setup.shutdown_file_exists === true) await this.#makeShutdownFile();
    for (const step of setup.steps ?? []) found.push(...(await this.#take(step, context, base)));
    found.push(...compareResponse(expect, await sendCase(base, request)));
    const ids = { expected: new IdRanks(), actual: new IdRanks() };
    for (const rows of expect.rows ?? []) {
      found.push(...compareRows(rows, await this.#rows.read(rows), ids));
    }
    await fetch(`${this.#engineUrl}/${index}`, { method: 'DELETE' });
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts[Symbol.asyncDispose]();
  }

  async #makeShutdownFile(): Promise<void> {
    const path = this.#flags['website.shutdown_file'];
    if (path === undefined) throw new Error('the stage has no website.shutdown_file');
    await writeFile(path, '');
  }

  async #take(step: Step, context: Context, base: string): Promise<string[]> {
    if ('rows' in step) {
      await this.#rows.insert(step.rows);
    } else if ('sql' in step) {
      const table = /^(?:update|insert into|delete from) (\w+)/.exec(step.sql)?.[1] ?? '';
      await this.#rows.execute(table, step.sql);
    } else if ('action' in step) {
      await this.#import(context);
    } else {
      const { repeat = 1, request, status } = step;
      for (let turn = 1; turn <= repeat; turn += 1) {
        const answer = await sendCase(base, request);
        if (status !== undefined && answer.status !== status) {
          return [`setup ${turn}: expected status ${status}, got ${answer.status}`];
        }
      }
    }
    return [];
  }

  /** Imports until nothing is pending: a worker that starts sweeps up what it finds. */
  async #import(context: Context): Promise<void> {
    await using _worker = await startRoles(context, ['worker'], { pagesDir: undefined });
    const deadline = Date.now() + IMPORT_DEADLINE_MS;
    const pending = 'select from pending_submission';
    while ((await this.#rows.execute('pending_submission', pending)).length > 0) {
      if (Date.now() > deadline) throw new Error('the import does not come to an end');
      await delay(POLL_MS);
    }
  }
}

/** Upstream's settings under our names. */
function settingsOf(config: Readonly<Record<string, unknown>>): Settings {
  const settings: Settings = {};
  for (const [key, value] of Object.entries(config)) {
    if (value === null) continue;
    switch (key) {
      case 'cluster.secret':
      case 'cluster.role':
      case 'website.secret':
        settings[key] = textOf(value);
        break;
      case 'rate_limiter.global_rate_limit':
        Object.assign(settings, LIMITED, { 'rate_limiter.global': textOf(value) });
        break;
      case 'rate_limiter.applications':
        Object.assign(settings, LIMITED, familyOf('rate_limiter.application', value));
        break;
      case 'rate_limiter.ips':
        Object.assign(settings, LIMITED, familyOf('rate_limiter.ip', value));
        break;
      default:
        throw new Error(`no setting of ours is known for upstream's ${key}`);
    }
  }
  return settings;
}

function familyOf(family: SettingFamily, members: unknown): Settings {
  return Object.fromEntries(
    Object.entries(members ?? {}).map(([name, value]) => [
      // The recorded requests had no peer address, which upstream takes for this one.
      `${family}.${name === '0.0.0.0' ? '127.0.0.1' : name}`,
      textOf(value),
    ]),
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
