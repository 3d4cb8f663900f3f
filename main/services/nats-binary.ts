import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join, relative } from 'node:path';
import type { ApplianceConfig } from '../config.ts';
import { ApplianceError } from '../errors.ts';

const FILE_NAME = process.platform === 'win32' ? 'nats-server.exe' : 'nats-server';

/** Where a root's or a user's own PATH does not look, but packages put servers. */
const SYSTEM_FOLDERS =
  process.platform === 'win32' ? [] : ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Finds nats-server: the configured path, the fetched one of this platform, then PATH. Throws
 * `ApplianceError` with the command that mends it.
 */
export function findNatsBinary(
  config: ApplianceConfig,
  systemFolders: readonly string[] = SYSTEM_FOLDERS,
): string {
  const configured = config.settings['nats.binary'];
  if (configured !== undefined) {
    if (isExecutable(configured)) return configured;
    throw new ApplianceError(
      `${configured} is no program that can be run. Correct binary in [nats] (${config.origins['nats.binary']}), or leave it out.`,
    );
  }
  const path = config.environment['PATH'] ?? '';
  const folders = [config.program.programs, ...path.split(delimiter), ...systemFolders];
  const found = folders
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, FILE_NAME))
    .find(isExecutable);
  if (found !== undefined) return found;
  if (!existsSync(config.program.fetchBinaries)) {
    throw new ApplianceError(
      `nats-server is missing in ${config.program.programs}. Install the program again, install Debian's package nats-server, or set url in [nats] of acoustid.conf.`,
    );
  }
  const script = relative(process.cwd(), config.program.fetchBinaries);
  throw new ApplianceError(
    `nats-server is not on this machine. Fetch it with: ${process.execPath} ${script} (or install Debian's package nats-server, or set url in [nats] of acoustid.conf).`,
  );
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent and not executable come to the same: it is not the one to run.
    return false;
  }
}
