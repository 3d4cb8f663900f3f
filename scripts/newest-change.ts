import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Time of the newest change below a path, milliseconds since 1970; folders so named are left out. */
export function newestChange(path: string, without: readonly string[] = []): number {
  const status = statSync(path);
  if (!status.isDirectory()) return status.mtimeMs;
  const names = readdirSync(path).filter((name) => !without.includes(name));
  return Math.max(0, ...names.map((name) => newestChange(join(path, name), without)));
}
