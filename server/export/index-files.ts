import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from './write-file.ts';

const YEAR = /^\d{4}$/;
const MONTH = /^\d{4}-\d{2}$/;
const FILE = /^\d{4}-\d{2}-\d{2}-[a-z_]+-update\.jsonl\.gz$/;

/** Writes `index.json` of the root, of every year and of these months, by what lies there. */
export async function writeIndexFiles(folder: string, months: ReadonlySet<string>): Promise<void> {
  const years = await foldersIn(folder, YEAR);
  await writeIndex(folder, years.map(folderEntry));
  for (const year of years) {
    const there = await foldersIn(join(folder, year), MONTH);
    await writeIndex(join(folder, year), there.map(folderEntry));
    for (const month of there.filter((each) => months.has(each))) {
      await writeIndex(join(folder, year, month), await filesIn(join(folder, year, month)));
    }
  }
}

interface Entry {
  readonly name: string;
  readonly size?: number;
}

function folderEntry(name: string): Entry {
  return { name: `${name}/` };
}

async function foldersIn(folder: string, shape: RegExp): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && shape.test(entry.name))
    .map(({ name }) => name)
    .sort();
}

async function filesIn(folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const name of (await readdir(folder)).filter((each) => FILE.test(each)).sort()) {
    const { size } = await stat(join(folder, name));
    entries.push({ name, size });
  }
  return entries;
}

async function writeIndex(folder: string, entries: readonly Entry[]): Promise<void> {
  await writeWhole(join(folder, 'index.json'), async (handle) => {
    await handle.writeFile(`${JSON.stringify(entries)}\n`);
  });
}
