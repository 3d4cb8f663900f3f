/**
 * Style that no linter knows, checked over every tracked file. A rule that is not checked is an
 * opinion; a rule here says what is wrong and where, and nothing else.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A tracked file: its path from the root, and its text if it is text. */
export interface TrackedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly text: string | undefined;
}

type Rule = (file: TrackedFile, all: ReadonlySet<string>) => string[];

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FILE_BYTES_MAX = 512 * 1024;
const SOURCE = /\.(ts|tsx|mjs|sql|css)$/;
const TEXT = /\.(ts|tsx|mjs|js|json|md|sql|css|html|yml|yaml|conf|sh|txt)$|(^|\/)(run|LICENSE)$/;

const BANNED_FOLDERS = new Set(['utils', 'util', 'helpers', 'common', 'shared', 'lib', 'misc']);
const BANNED_FILE_WORDS = /(^|-)(utils?|helpers?|manager|common|misc|item|info)(-|\.)/;
// Spelt in two parts, so that this file does not hold what it looks for.
const MACHINE_PATHS = new RegExp(
  String.raw`(^|[\s"'\`(=])/(${['work', 'farm', 'home'].join('|')})/\w`,
);

const RULES: Readonly<Record<string, Rule>> = {
  'a file this large belongs elsewhere': ({ path, sizeBytes }) =>
    sizeBytes > FILE_BYTES_MAX && path !== 'package-lock.json' ? [`${sizeBytes} bytes`] : [],
  'file names are kebab-case': ({ path }) =>
    SOURCE.test(path) && !/^[a-z0-9.]+(-[a-z0-9.]+)*$/.test(basename(path)) ? [''] : [],
  'folders and files are named for what they hold': ({ path }) =>
    dirname(path)
      .split('/')
      .some((folder) => BANNED_FOLDERS.has(folder)) || BANNED_FILE_WORDS.test(basename(path))
      ? ['']
      : [],
  'lines end without white space': ({ path, text }) =>
    SOURCE.test(path) ? linesWhere(text, (line) => /[ \t]$/.test(line)) : [],
  'no path of one machine': ({ path, text }) =>
    TEXT.test(path) ? linesWhere(text, (line) => MACHINE_PATHS.test(line)) : [],
  'a TODO names its issue': ({ path, text }) =>
    SOURCE.test(path)
      ? linesWhere(text, (line) => /\b(TODO|FIXME|XXX)\b(?!\(#\d+\))/.test(line) && !isRule(path))
      : [],
  'no test runs alone': ({ path, text }) =>
    /\.(test|e2e)\.ts$/.test(path) && !isRule(path)
      ? linesWhere(text, (line) => /\b(test|describe)\.only\b/.test(line))
      : [],
  'a migration has its way down': ({ path }, all) =>
    path.startsWith('migrations/') && path.endsWith('.up.sql')
      ? [path.replace(/\.up\.sql$/, '.down.sql')].filter((down) => !all.has(down))
      : [],
  'versions are exact': ({ path, text }) =>
    path === 'package.json' ? linesWhere(text, (line) => /": "[\^~]\d/.test(line)) : [],
  'a document begins with its title': ({ path, text }) =>
    path.endsWith('.md') && !/^#+ \S/.test(text ?? '') ? [''] : [],
  'links between documents lead somewhere': ({ path, text }) =>
    path.endsWith('.md') ? deadLinks(path, text ?? '') : [],
};

/** All breaches of the rules, as `path: rule (detail)`. */
export function findBreaches(files: readonly TrackedFile[]): string[] {
  const all = new Set(files.map(({ path }) => path));
  return files.flatMap((file) =>
    Object.entries(RULES).flatMap(([rule, check]) =>
      check(file, all).map(
        (detail) => `${file.path}: ${rule}${detail === '' ? '' : ` (${detail})`}`,
      ),
    ),
  );
}

function linesWhere(text: string | undefined, isBreach: (line: string) => boolean): string[] {
  return (text ?? '')
    .split('\n')
    .flatMap((line, index) => (isBreach(line) ? [`line ${index + 1}`] : []));
}

/** This file and its test spell out what they look for. */
function isRule(path: string): boolean {
  return path === 'scripts/tidy.ts' || path === 'scripts/tidy.test.ts';
}

function deadLinks(path: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)];
  return targets
    .map(([, target = '']) => target)
    .filter((target) => !existsSync(join(ROOT, dirname(path), target)));
}

function trackedFiles(): TrackedFile[] {
  const list = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' });
  return list
    .split('\0')
    .filter((path) => path !== '' && existsSync(join(ROOT, path)))
    .map((path) => {
      const full = join(ROOT, path);
      const text = TEXT.test(path) ? readFileSync(full, 'utf8') : undefined;
      return { path, sizeBytes: statSync(full).size, text };
    });
}

if (import.meta.main) {
  const breaches = findBreaches(trackedFiles());
  for (const breach of breaches) console.log(breach);
  if (breaches.length > 0) process.exitCode = 1;
}
