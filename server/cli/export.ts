import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exportOwnData } from '../export/export.ts';
import type { ExportSummary } from '../export/export.ts';
import { locateDatabases } from './open-databases.ts';
import type { GlobalOptions, Output } from './output.ts';
import { runOnTerminal } from './terminal-run.ts';

interface ExportFlags extends GlobalOptions {
  readonly to: string;
  readonly from?: string;
  readonly toDay?: string;
}

/** `acoustid export`: what was submitted here, in the layout of the public data files. */
export function registerExport(program: Command, output: Output): void {
  program
    .command('export')
    .description('write what was submitted here in the layout of the public data files')
    .requiredOption('--to <folder>', 'where to put it; files that are there stay')
    .option('--from <day>', 'first day, as 2026-07-22 (default: that of the oldest submission)')
    .option('--to-day <day>', 'last day (default: yesterday, UTC)')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<ExportFlags>();
      const { fingerprint } = locateDatabases(options);
      const summary = await runOnTerminal(process.stderr, (run) =>
        exportOwnData(
          fingerprint,
          {
            folder: resolve(options.to),
            ...(options.from === undefined ? {} : { from: options.from }),
            ...(options.toDay === undefined ? {} : { to: options.toDay }),
          },
          run,
        ),
      );
      output.result(options.json, summary, describe(summary));
    });
}

function describe({ files, folder, from, rows, skipped, to }: ExportSummary): string {
  if (from === null) return 'Nothing was submitted here on a day that is over.';
  return [
    `folder   ${folder}`,
    `days     ${from} to ${to}`,
    `files    ${files} written, ${skipped} there already`,
    `rows     ${rows.toLocaleString('en-US')}`,
  ].join('\n');
}
