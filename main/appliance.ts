import type { RunFile } from '../server/config/run-file.ts';
import type { ApplianceConfig } from './config.ts';
import {
  assertFreeSpace,
  dataFolderError,
  makeDataFolder,
  placeDefaultConfig,
  startError,
} from './data-folder.ts';
import { messageOf } from './errors.ts';
import { makeFirstKeys } from './first-keys.ts';
import type { FirstKeys } from './first-keys.ts';
import { InstanceLock } from './instance-lock.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import { stopOrphans } from './orphans.ts';
import { composeServices } from './compose.ts';
import type { Composition, RunCommand } from './compose.ts';
import { assertApiPort } from './ports.ts';
import { removeRunFile, writeRunFile } from './run-file-writer.ts';
import { forkModule, spawnProgram } from './services/child-process.ts';
import type { RunModule, RunningProcess } from './services/run-process.ts';
import type { ServiceName } from './services/service.ts';
import type { ServiceStatus } from './services/supervised.ts';
import { Supervisor } from './services/supervisor.ts';
import type { SupervisorEvents } from './services/supervisor.ts';

export interface ApplianceOptions {
  readonly config: ApplianceConfig;
  readonly events?: SupervisorEvents;
  /** How modules of ours are run: `child_process` here, utility processes under Electron. */
  readonly runModule?: RunModule;
}

/**
 * The whole appliance on one data folder: what the headless command and the desktop application
 * both drive. `open` claims and prepares the folder, `start` brings the services up.
 */
export class Appliance {
  readonly config: ApplianceConfig;
  readonly #log: Log;
  readonly #lock: InstanceLock;
  readonly #composition: Composition;
  readonly #supervisor: Supervisor;
  readonly #over = new AbortController();
  #isRunning = false;

  private constructor(
    options: ApplianceOptions,
    lock: InstanceLock,
    log: Log,
    composition: Composition,
  ) {
    this.config = options.config;
    this.#log = log;
    this.#lock = lock;
    this.#composition = composition;
    composition.onRestartAsked((name) => {
      log.info({ service: name }, 'restart asked for');
      this.restart(name).catch((error: unknown) =>
        log.error({ service: name, error: messageOf(error) }, 'restart failed'),
      );
    });
    this.#supervisor = new Supervisor(composition.plan, {
      onChange: (status) => this.#changed(status, options.events),
      onStillWaiting: (waits) => {
        log.warn({ waits }, 'still waiting for services');
        options.events?.onStillWaiting?.(waits);
      },
    });
  }

  /**
   * Claims the data folder and prepares everything that can be known to be wrong before anything is
   * started. Throws `ApplianceError`, and then nothing is left behind.
   */
  static async open(options: ApplianceOptions): Promise<Appliance> {
    const { config } = options;
    const undoFolder = await makeDataFolder(config.data);
    let lock: InstanceLock | undefined;
    try {
      lock = await InstanceLock.acquire(config.data.lock, config.data.root);
      return await Appliance.#prepare(options, lock);
    } catch (error) {
      lock?.release();
      await undoFolder();
      throw dataFolderError(config.data.root, error);
    }
  }

  static async #prepare(options: ApplianceOptions, lock: InstanceLock): Promise<Appliance> {
    const { config, runModule = forkModule } = options;
    const { data, settings } = config;
    // Before the port is looked at: an orphaned server of ours would hold it.
    const orphans = await stopOrphans(data, lock.orphans);
    removeRunFile(data.runFile);
    if (settings['server.port'] !== 0) {
      await assertApiPort(settings['server.host'], settings['server.port']);
    }
    await assertFreeSpace(data);
    const log = createLog(data.logs, settings['appliance.log_level']);
    const onRecord = (child: RunningProcess): RunningProcess => keepOnRecord(lock, log, child);
    const composition = await composeServices(config, {
      runModule: ({ env, ...module }) =>
        onRecord(runModule({ ...module, env: { ...env, NODE_COMPILE_CACHE: data.codeCache } })),
      spawn: (program) => onRecord(spawnProgram(program)),
    });
    if (config.file === undefined) await placeDefaultConfig(data, config.program.defaultConfig);
    if (orphans.length > 0) log.warn({ pids: orphans }, 'stopped what a killed supervisor left');
    return new Appliance(options, lock, log, composition);
  }

  /**
   * Starts everything, makes the first keys if they never were, and writes `run.json`: from then on
   * all is ready. Returns keys just made. Throws `ApplianceError`.
   */
  async start(): Promise<FirstKeys | undefined> {
    try {
      await this.#supervisor.start();
    } catch (error) {
      throw startError(this.config.data.root, error);
    }
    const keys = await this.#makeFirstKeys();
    // A stop may have come in the meantime, and then there is nothing to lead anybody to.
    this.#over.signal.throwIfAborted();
    this.#isRunning = true;
    this.#writeRunFile();
    return keys;
  }

  async #makeFirstKeys(): Promise<FirstKeys | undefined> {
    try {
      return await makeFirstKeys(this.config.data, async (args) => {
        return await this.#composition.runCommand(args, this.#over.signal);
      });
    } catch (error) {
      // A node that may only read cannot make keys, and works without; the next start tries again.
      this.#log.error({ error: messageOf(error) }, 'first keys not made');
      return undefined;
    }
  }

  /** Stops everything in order and gives the folder free. Safe to call more than once. */
  async stop(): Promise<void> {
    this.#over.abort(new Error('it was stopped'));
    await this.#supervisor.stop();
    this.#close();
  }

  /** Ends everything at once. */
  kill(): void {
    this.#over.abort(new Error('it was killed'));
    this.#supervisor.kill();
    this.#close();
  }

  async restart(name: ServiceName): Promise<void> {
    await this.#supervisor.restart(name);
  }

  /** Asks the running server; see server/shell-questions.ts. Rejects when it cannot answer. */
  async ask(question: object): Promise<unknown> {
    return await this.#composition.ask(question);
  }

  /** Runs a command of the server's against the running parts, e.g. `['db', 'backup']`. */
  readonly runCommand: RunCommand = async (args, signal) =>
    await this.#composition.runCommand(args, AbortSignal.any([signal, this.#over.signal]));

  status(): readonly ServiceStatus[] {
    return this.#supervisor.status();
  }

  /** Base address of the API and the web pages. */
  get url(): string {
    return this.#composition.apiUrl();
  }

  #changed(status: ServiceStatus, events: SupervisorEvents | undefined): void {
    const { error, name, pid, state } = status;
    const fields = { service: name, state, pid, ...(error !== undefined && { error }) };
    if (state === 'restarting' || state === 'failed') this.#log.warn(fields, 'service died');
    else this.#log.info(fields, 'service state');
    this.#writeRunFile();
    this.#composition.tellServices(this.status());
    events?.onChange?.(status);
  }

  #writeRunFile(): void {
    if (!this.#isRunning) return;
    try {
      writeRunFile(this.config.data.runFile, this.#runFile());
    } catch (error) {
      // On a full disk the services live on; tools see an older state until the next change.
      this.#log.error({ error: messageOf(error) }, 'run file not written');
    }
  }

  #runFile(): RunFile {
    const services = this.status().map(({ name, pid, state }) => [name, { pid, state }] as const);
    return {
      pid: process.pid,
      api: this.url,
      ...this.#composition.addresses,
      services: Object.fromEntries(services),
    };
  }

  #close(): void {
    this.#isRunning = false;
    removeRunFile(this.config.data.runFile);
    this.#lock.release();
    this.#composition.close();
    this.#log.close();
  }
}

/** Keeps a process of ours on the lock's record for as long as it lives. */
function keepOnRecord(lock: InstanceLock, log: Log, child: RunningProcess): RunningProcess {
  const keep = async (): Promise<void> => {
    const pid = await child.spawned;
    if (pid === undefined) return;
    await lock.add(pid);
    await child.exited;
    lock.remove(pid);
  };
  // Without the record only the search for orphans suffers, should we be killed.
  keep().catch((error: unknown) => log.error({ error: messageOf(error) }, 'child not on record'));
  return child;
}
