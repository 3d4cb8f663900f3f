import { Appliance } from './appliance.ts';
import { resolveAppliance } from './config.ts';
import type { Flags } from './config.ts';
import type { FirstKeys } from './first-keys.ts';
import { createReport } from './report.ts';
import { onStopSignals } from './stop-signals.ts';

export interface ServeFlags extends Flags {
  /** One JSON document on standard output once ready; what people read goes to standard error. */
  readonly json?: boolean | undefined;
}

/** Killed by the second signal, or interrupted before it was ready. */
const EXIT_INTERRUPTED = 130;

/**
 * `acoustid serve`: the whole appliance without a window, until a signal stops it. Returns the exit
 * code, which is 0 for a stop in good order. Throws `ApplianceError` or `ConfigError` when it cannot start.
 */
export async function serve(flags: ServeFlags): Promise<number> {
  const config = resolveAppliance(flags);
  const report = createReport(flags.json === true ? process.stderr : process.stdout);
  report.opening(config);
  const begun = performance.now();
  const stopped = Promise.withResolvers<number>();
  let stopAsked = false;
  const appliance = await Appliance.open({
    config,
    events: { onChange: report.changed, onStillWaiting: report.stillWaiting },
  });
  // Should this process end by a fault of its own, its children must not outlive it.
  const killAtExit = (): void => appliance.kill();
  process.once('exit', killAtExit);
  const ignoreSignals = onStopSignals({
    stop: () => {
      stopAsked = true;
      report.stopping();
      appliance.stop().then(() => stopped.resolve(0), stopped.reject);
    },
    kill: () => {
      appliance.kill();
      stopped.resolve(EXIT_INTERRUPTED);
    },
  });
  try {
    const keys = await appliance.start();
    const setup = await askSetupLink(appliance);
    report.ready(appliance.url, performance.now() - begun, { keys, setup });
    if (flags.json === true) printDocument(appliance, keys, setup);
    return await stopped.promise;
  } catch (error) {
    // A start that is stopped fails, and then the signal is the reason and no error is to be shown.
    if (stopAsked) return (await stopped.promise) || EXIT_INTERRUPTED;
    await appliance.stop();
    throw error;
  } finally {
    process.off('exit', killAtExit);
    ignoreSignals();
  }
}

/** Where the first administrator is made, as long as nobody can sign in with a password. */
async function askSetupLink(appliance: Appliance): Promise<string | undefined> {
  try {
    const token = await appliance.ask({ ask: 'setup-link' });
    return typeof token === 'string' ? `${appliance.url}/setup#${token}` : undefined;
  } catch {
    // The server has logged why, e.g. databases that may only be read; it serves without.
    return undefined;
  }
}

function printDocument(
  appliance: Appliance,
  keys: FirstKeys | undefined,
  setup: string | undefined,
): void {
  const services = appliance
    .status()
    .map(({ name, pid, startMs, state }) => ({ name, state, pid, startMs }));
  const document = {
    pid: process.pid,
    api: `${appliance.url}/v2/`,
    web: `${appliance.url}/`,
    dataDir: appliance.config.data.root,
    services,
    keys: keys ?? null,
    setup: setup ?? null,
  };
  process.stdout.write(`${JSON.stringify(document)}\n`);
}
