import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** What tells two machines apart when a data folder is chosen; injected by tests. */
export interface Host {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
  readonly home: string;
}

const FOLDER = 'acoustid-appliance';

/** This machine, as the choice of a data folder sees it. */
export function thisHost(): Host {
  return {
    platform: process.platform,
    environment: process.env,
    isRoot: process.getuid?.() === 0,
    home: homedir(),
  };
}

/**
 * The data folder: what was asked for, else `ACOUSTID_DATA_DIR`, else where it was moved
 * to, else the platform's own place.
 * Root's home is closed to others, and PostgreSQL must run as somebody else, so for root on Linux
 * the place is under `/var/lib`.
 */
export function dataDirOf(asked: string | undefined, host: Host = thisHost()): string {
  const { environment } = host;
  const named = asked ?? environment['ACOUSTID_DATA_DIR'];
  if (named !== undefined && named !== '') return resolve(named);
  return findMovedDataDir(host) ?? ownPlaceOf(host);
}

/**
 * Where a file says that the data folder was moved to (docs/desktop.md); it lies beside the
 * platform's own place, as `<place>.moved-to`.
 */
export function findMovedDataDir(host: Host = thisHost()): string | undefined {
  const file = movedDataDirFileOf(host);
  if (!existsSync(file)) return undefined;
  const place = readFileSync(file, 'utf8').trim();
  if (!isAbsolute(place)) throw new Error(`${file} does not name a folder; remove or correct it`);
  return place;
}

export function movedDataDirFileOf(host: Host = thisHost()): string {
  return `${ownPlaceOf(host)}.moved-to`;
}

function ownPlaceOf({ environment, home, isRoot, platform }: Host): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', FOLDER);
  if (platform === 'win32') {
    return join(environment['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), FOLDER);
  }
  const xdg = environment['XDG_DATA_HOME'];
  if (xdg !== undefined && xdg !== '') return join(xdg, FOLDER);
  return isRoot ? join('/var/lib', FOLDER) : join(home, '.local', 'share', FOLDER);
}

/** Where a data folder keeps its configuration file. */
export function configFileOf(dataDir: string): string {
  return join(dataDir, 'config', 'acoustid.conf');
}

/** Where a running appliance says how to reach its parts. */
export function runFileOf(dataDir: string): string {
  return join(dataDir, 'run.json');
}
