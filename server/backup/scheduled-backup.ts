import type { Settings } from '../config/settings.ts';
import type { JobRun } from '../jobs/job.ts';
import { pruneBackups } from './backup-folder.ts';
import { runBackup } from './backup.ts';
import { backupFolderOf, keepBackupsOf } from './parts.ts';
import type { BackupParts, VerifiedBackup } from './parts.ts';
import { verifyBackup } from './verify.ts';

export interface ScheduledBackup extends VerifiedBackup {
  /** Backups that were removed because no `[backup] keep_*` keeps them. */
  readonly removed: readonly string[];
}

/**
 * What `[backup] schedule` asks for: a backup as `[backup]` says, tried at once, and only when it is
 * good are older ones removed. Throws as `runBackup` and `verifyBackup` do.
 */
export async function makeScheduledBackup(
  parts: BackupParts,
  settings: Settings,
  run: JobRun,
): Promise<ScheduledBackup> {
  const folder = backupFolderOf(settings, parts.dataDir);
  const { file } = await runBackup(
    parts,
    {
      folder,
      withMusicbrainz: settings['backup.with_musicbrainz'],
      withIndex: settings['backup.with_index'],
    },
    run,
  );
  const depth = settings['backup.verify'] === 'checksums' ? 'checksums' : 'restore';
  // Its counter begins anew, which is another operation to whoever shows it.
  const verified = await verifyBackup(parts, { file, depth }, run);
  const removed = await pruneBackups(folder, keepBackupsOf(settings));
  for (const each of removed) run.log(`Removed ${each}.`);
  return { ...verified, removed };
}
