/**
 * What backups are made of and where they go: the shapes that the operations of this folder take
 * and give. Each operation runs in a `JobRun`, for the command line as for the job runner:
 *
 *   runBackup(parts, options, run)           backup.ts     → BackupSummary
 *   verifyBackup(parts, options, run)        verify.ts     → VerifiedBackup
 *   restoreBackup(parts, options, run)       restore.ts    → RestoredBackup
 *   listBackups(folder)                      backup-folder.ts → BackupEntry[], newest first
 *   pruneBackups(folder, keep)               backup-folder.ts → file names removed
 */
import { dirname, join } from 'node:path';
import type { Config } from '../config/config.ts';
import { configFileOf } from '../config/data-dir.ts';
import type { DatabaseName, Settings } from '../config/settings.ts';
import type { DatabaseLocations } from '../db/databases.ts';

/** The secrets that mean something on another machine; the passwords of the parts do not. */
export const PORTABLE_SECRETS = ['cluster-secret', 'website-secret'] as const;

/** What an appliance consists of, as a backup sees it. */
export interface BackupParts {
  readonly databases: DatabaseLocations;
  readonly dataDir: string;
  /** `acoustid.conf`; left out when there is none. */
  readonly configFile: string | undefined;
  /** The engine that holds the index, when it is known. */
  readonly index: { readonly url: string; readonly name: string } | undefined;
}

export interface BackupOptions {
  /** Where the file is put; made if missing. */
  readonly folder: string;
  /** Off by default: MusicBrainz is a copy of public data that can be imported again. */
  readonly withMusicbrainz?: boolean;
  /** Off by default: the index is made again from the databases. */
  readonly withIndex?: boolean;
  /** Off by default: the secrets of the data folder, and those in `acoustid.conf`. */
  readonly withSecrets?: boolean;
}

export interface BackupSummary {
  readonly file: string;
  readonly sizeBytes: number;
  readonly rows: number;
  readonly databases: readonly DatabaseName[];
  readonly created: string;
}

export interface VerifyOptions {
  readonly file: string;
  /** `checksums` reads the file; `restore` also loads it into scratch databases and drops them. */
  readonly depth: 'checksums' | 'restore';
}

export interface VerifiedBackup extends BackupSummary {
  readonly depth: VerifyOptions['depth'];
}

export interface RestoreOptions {
  readonly file: string;
  /** Puts back the secrets the backup holds; they are in force after the next start. */
  readonly withSecrets?: boolean;
}

export interface RestoredBackup extends BackupSummary {
  /** Where the configuration of the backup was put; `undefined` when the backup holds none. */
  readonly configFile: string | undefined;
  /** Tables of the backup that this program's schema does not have; their rows stayed behind. */
  readonly skippedTables: readonly string[];
}

/** A file in a backup folder. */
export interface BackupEntry {
  readonly file: string;
  readonly sizeBytes: number;
  /** When it was made, ISO 8601 UTC; `undefined` when the file cannot be read. */
  readonly created: string | undefined;
  readonly rows: number | undefined;
  readonly databases: readonly DatabaseName[];
  /** Why the file is no usable backup. */
  readonly problem: string | undefined;
}

/** How many backups stay; each counts the newest of its period. */
export interface KeepBackups {
  readonly daily: number;
  readonly weekly: number;
  readonly monthly: number;
}

/** Where backups lie unless the configuration says otherwise. */
export function backupFolderOf(settings: Settings, dataDir: string): string {
  return settings['backup.dir'] ?? join(dataDir, 'backups');
}

export function keepBackupsOf(settings: Settings): KeepBackups {
  return {
    daily: settings['backup.keep_daily'],
    weekly: settings['backup.keep_weekly'],
    monthly: settings['backup.keep_monthly'],
  };
}

/** The parts of an appliance whose databases and index are known. */
export function backupPartsOf(
  config: Config,
  found: Pick<BackupParts, 'databases' | 'dataDir'> & { readonly indexUrl: string | undefined },
): BackupParts {
  const { databases, dataDir, indexUrl } = found;
  return {
    databases,
    dataDir,
    configFile: config.file,
    index:
      indexUrl === undefined ? undefined : { url: indexUrl, name: config.settings['index.name'] },
  };
}

/** Where the configuration and the secrets of a data folder lie. */
export function configPlacesOf(dataDir: string): { config: string; secrets: string } {
  const config = configFileOf(dataDir);
  return { config, secrets: join(dirname(config), 'secrets') };
}
