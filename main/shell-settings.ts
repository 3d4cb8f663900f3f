import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { codeOf } from './errors.ts';

const windowSchema = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(1),
  height: z.int().min(1),
  isMaximized: z.boolean(),
});

/** Where the window was; screens come and go, so it may lie on none (window-state.ts). */
export type WindowState = z.infer<typeof windowSchema>;

const settingsSchema = z.object({
  window: windowSchema.optional(),
  /** What closing the window means; a person is asked once. */
  onClose: z.enum(['ask', 'keep', 'quit']).default('ask'),
  /** Whether the machine is kept from sleeping while jobs run. */
  keepAwake: z.boolean().default(false),
  notify: z.boolean().default(true),
});

export type ShellSettings = z.infer<typeof settingsSchema>;

/** What the shell remembers of this person on this machine; what the service is set to is elsewhere. */
export class ShellSettingsFile {
  readonly #file: string;
  #settings: ShellSettings;

  constructor(file: string) {
    this.#file = file;
    this.#settings = readSettings(file);
  }

  get(): ShellSettings {
    return this.#settings;
  }

  /** Changes some and writes all, whole or not at all. */
  change(change: Partial<ShellSettings>): void {
    this.#settings = { ...this.#settings, ...change };
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    writeFileSync(`${this.#file}.new`, `${JSON.stringify(this.#settings, null, 2)}\n`);
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function readSettings(file: string): ShellSettings {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return settingsSchema.parse({});
    throw error;
  }
  // Only comfort is in it: a file that makes no sense is no reason not to start.
  return settingsSchema.catch(settingsSchema.parse({})).parse(parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
