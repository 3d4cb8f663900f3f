import { styleText } from 'node:util';
import type { ApplianceConfig } from './config.ts';
import type { FirstKeys } from './first-keys.ts';
import { SERVICE_NAMES } from './services/service.ts';
import type { ServiceName } from './services/service.ts';
import type { ServiceStatus } from './services/supervised.ts';
import type { StillWaiting } from './services/supervisor.ts';

/** What a person needs for a beginning, as far as there is one to be made. */
export interface FirstSteps {
  readonly keys: FirstKeys | undefined;
  /** Address of the page that makes the first administrator. */
  readonly setup: string | undefined;
}

/** What a person sees of a headless appliance. */
export interface Report {
  readonly opening: (config: ApplianceConfig) => void;
  readonly changed: (status: ServiceStatus) => void;
  readonly stillWaiting: (waits: readonly StillWaiting[]) => void;
  readonly ready: (url: string, tookMs: number, first: FirstSteps) => void;
  readonly stopping: () => void;
}

const NAME_WIDTH = Math.max(...SERVICE_NAMES.map((name) => name.length)) + 2;
const LABEL_WIDTH = 17;

/** Reports to a terminal, or as plain lines to whatever else the stream is. */
export function createReport(stream: NodeJS.WriteStream): Report {
  // A terminal that is closed, or `| head`: nobody reads on, and that is no reason to stop.
  stream.on('error', () => undefined);
  const write = (line: string): void => {
    stream.write(`${line}\n`);
  };
  const style = (format: 'bold' | 'dim' | 'green' | 'red' | 'yellow', text: string): string =>
    stream.isTTY ? styleText(format, text, { stream }) : text;
  const line = (name: string, text: string): void => write(`  ${name.padEnd(NAME_WIDTH)}${text}`);
  // Services come up side by side and are shown in their order, one after the other.
  const shown = new Set<ServiceName>();
  const up = new Map<ServiceName, ServiceStatus>();
  let isStopping = false;

  const showComingUp = (): void => {
    for (const name of SERVICE_NAMES) {
      const status = up.get(name);
      if (!status) return;
      if (shown.has(name)) continue;
      shown.add(name);
      const where = status.pid === null ? '' : style('dim', `  process ${status.pid}`);
      line(name, `${style('green', status.state.padEnd(6))}${seconds(status.startMs)}${where}`);
    }
  };

  return {
    opening: (config) => {
      write(`${style('bold', 'acoustid-appliance')}  ${config.data.root}`);
      for (const name of config.unknownEnvironment) {
        write(style('yellow', `  ${name} is set in the environment and means nothing here`));
      }
    },
    changed: (status) => {
      const { error, name, state } = status;
      const isUp = state === 'ready' || state === 'done';
      if (isUp && shown.has(name)) {
        line(name, `${style('green', 'back')} after ${seconds(status.startMs)}`);
      } else if (isUp) {
        up.set(name, status);
        showComingUp();
      } else if (state === 'restarting') {
        line(name, `${style('yellow', 'died')}  ${error}; it is started again`);
      } else if (state === 'failed' && shown.has(name)) {
        line(name, `${style('red', 'failed')}  ${error}; its last lines:`);
        for (const last of status.lastLines) write(style('dim', `    ${last}`));
      } else if (state === 'stopped' && isStopping && status.kind !== 'step') {
        line(name, 'stopped');
      }
    },
    stillWaiting: (waits) => {
      for (const { because, name } of waits) {
        line(name, style('dim', `still waiting${because.map((reason) => `; ${reason}`).join('')}`));
      }
    },
    ready: (url, tookMs, { keys, setup }) => {
      const label = (text: string): string => `  ${text.padEnd(LABEL_WIDTH)}`;
      write(`\nReady in ${seconds(tookMs)}`);
      if (keys) {
        write(`${label('Application key')}${keys.application.apikey}   (client=, for your tagger)`);
        write(`${label('User key')}${keys.account.apikey}   (user=, for submissions)`);
      }
      if (setup !== undefined) {
        write(`${label('Setup')}${style('bold', setup)}   (once, to become its administrator)`);
      }
      write(`${label('API')}${style('bold', `${url}/v2/`)}`);
      write(`${label('Web')}${style('bold', `${url}/`)}`);
      if (stream.isTTY) write(style('dim', '\nCtrl-C stops it.'));
    },
    stopping: () => {
      isStopping = true;
      write('\nStopping');
    },
  };
}

function seconds(ms: number | undefined): string {
  return `${((ms ?? 0) / 1000).toFixed(2)} s`;
}
