import { Command } from 'commander';
import type { Flags } from './config.ts';
import { HIDDEN_ARGUMENT } from './autostart.ts';

/**
 * The options of the desktop application, the same as those of `acoustid serve`. What Electron and
 * Chromium have of their own on the command line is passed over.
 */
export function readDesktopFlags(argv: readonly string[]): Flags {
  const program = new Command('acoustid-appliance')
    .option('--data-dir <folder>', 'where everything is kept')
    .option('--config <file>', 'configuration file')
    .option('--host <address>', 'address the API and the web pages listen on')
    .option('--port <number>', 'port of the API and the web pages')
    .option('--log-level <level>', 'how much is logged')
    .option(HIDDEN_ARGUMENT, 'without a window, as at login')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments();
  program.parse(argv.slice(1), { from: 'user' });
  const { config, dataDir, host, logLevel, port } = program.opts<Flags>();
  return { config, dataDir, host, logLevel, port };
}
