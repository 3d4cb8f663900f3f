import { readdirSync } from 'node:fs';
import { mentions } from '../../main/orphans.ts';
import { describeProcess } from '../../main/process-table.ts';

/**
 * Processes that work in a data folder: by their command line, folder or environment. For "nothing
 * is left behind"; Linux only, elsewhere none are found.
 */
export async function processesIn(dataDir: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const name of process.platform === 'linux' ? readdirSync('/proc') : []) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const description = await describeProcess(Number(name));
    if (description && mentions(description.words, dataDir)) {
      found.push(`${name} ${description.command}`);
    }
  }
  return found;
}
