/** What needs a person. The words and the way to the page that mends it are the pages' own. */
import type { ServiceView } from './service-view.ts';
import type { DiskUsage } from './disk-usage.ts';
import type { Queues } from './work-queries.ts';

/** Without a backup for so long there is something wrong with the schedule. */
const BACKUP_DAYS_MAX = 8;
const DAY_MS = 24 * 3600 * 1000;
/** Less than this of the disk, and less than this, is nearly full. */
const FREE_SHARE_MIN = 0.05;
const FREE_BYTES_MIN = 5e9;

export type Attention =
  | { readonly kind: 'service_failed'; readonly service: string }
  | { readonly kind: 'service_silent'; readonly service: string }
  | { readonly kind: 'tasks_dead'; readonly count: number }
  | { readonly kind: 'submissions_parked'; readonly count: number }
  | { readonly kind: 'no_backup' }
  | { readonly kind: 'backup_old'; readonly days: number }
  | { readonly kind: 'disk_nearly_full'; readonly freeBytes: number }
  | { readonly kind: 'open_without_password' };

export interface AttentionFacts {
  readonly services: readonly ServiceView[];
  readonly queues: Queues | null;
  readonly hasTracks: boolean;
  /** ISO 8601; null when there is none, `undefined` when that is not known. */
  readonly newestBackup: string | null | undefined;
  readonly disk: DiskUsage | null;
  /** Whether others can reach us although nobody can sign in; `undefined` when not known. */
  readonly isOpen: boolean | undefined;
  readonly nowMs: number;
}

/** What needs a person, the worst first. */
export function listAttention(facts: AttentionFacts): Attention[] {
  const { disk, hasTracks, isOpen, newestBackup, nowMs, queues, services } = facts;
  const found: Attention[] = [];
  for (const { name, state } of services) {
    if (state === 'failed') found.push({ kind: 'service_failed', service: name });
    if (state === 'silent') found.push({ kind: 'service_silent', service: name });
  }
  if (disk && disk.freeBytes < Math.min(FREE_BYTES_MIN, disk.totalBytes * FREE_SHARE_MIN)) {
    found.push({ kind: 'disk_nearly_full', freeBytes: disk.freeBytes });
  }
  if (isOpen === true) found.push({ kind: 'open_without_password' });
  if (queues && queues.tasksDead > 0) found.push({ kind: 'tasks_dead', count: queues.tasksDead });
  if (queues && queues.parked > 0) {
    found.push({ kind: 'submissions_parked', count: queues.parked });
  }
  if (newestBackup === null && hasTracks) found.push({ kind: 'no_backup' });
  if (typeof newestBackup === 'string') {
    const days = Math.floor((nowMs - Date.parse(newestBackup)) / DAY_MS);
    if (days > BACKUP_DAYS_MAX) found.push({ kind: 'backup_old', days });
  }
  return found;
}
