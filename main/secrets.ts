import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './errors.ts';

/** 256 bits, which nobody guesses. */
const SECRET_BYTES = 32;

export const SECRET_NAMES = [
  'postgres-admin-password',
  'postgres-password',
  'nats-token',
  'cluster-secret',
  'website-secret',
] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

/** The appliance's own secrets, and the file that holds each, for children that read it there. */
export interface Secrets {
  valueOf(name: SecretName): string;
  fileOf(name: SecretName): string;
}

/**
 * Reads the secrets of a data folder and makes those that are missing: a folder only its owner
 * opens, one file per secret with mode 0600. A secret once made is never changed.
 */
export async function openSecrets(folder: string): Promise<Secrets> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fileOf = (name: SecretName): string => join(folder, name);
  const values = new Map<SecretName, string>();
  for (const name of SECRET_NAMES) values.set(name, await readOrMake(fileOf(name)));
  return {
    fileOf,
    valueOf: (name) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`there is no secret ${name}`);
      return value;
    },
  };
}

async function readOrMake(file: string): Promise<string> {
  try {
    const value = (await readFile(file, 'utf8')).trim();
    if (value !== '') return value;
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error;
  }
  const value = randomBytes(SECRET_BYTES).toString('base64url');
  await writeSecretFile(file, `${value}\n`);
  return value;
}

/** Writes a file that only its owner reads, whole or not at all: new, synced, then renamed. */
export async function writeSecretFile(file: string, text: string): Promise<void> {
  const fresh = `${file}.new`;
  await rm(fresh, { force: true });
  const handle = await open(fresh, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(fresh, file);
}
