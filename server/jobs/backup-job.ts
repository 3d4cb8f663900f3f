import { join } from 'node:path';
import { z } from 'zod';
import { pruneBackups } from '../backup/backup-folder.ts';
import { runBackup } from '../backup/backup.ts';
import { backupFolderOf, backupPartsOf, keepBackupsOf } from '../backup/parts.ts';
import { verifyBackup } from '../backup/verify.ts';
import type { Context } from '../context.ts';
import { jobKind } from './job-kind.ts';
import type { JobKind } from './job-kind.ts';

/** Made already by an earlier run of the job, which only has to be tried. */
const savedSchema = z.object({ file: z.string() });

/** A backup as a job: made, tried as far as asked, and older ones removed if asked. */
export const BACKUP_JOB: JobKind = jobKind({
  about: 'writes all that was gathered here into one file',
  params: z.strictObject({
    withMusicbrainz: z.boolean().optional(),
    withIndex: z.boolean().optional(),
    withSecrets: z.boolean().default(false),
    verify: z.enum(['no', 'checksums', 'restore']).default('no'),
    prune: z.boolean().default(false),
  }),
  run: async (context, params, run) => {
    const { config, dataDir } = context;
    const { settings } = config;
    const folder = backupFolderOf(settings, dataDir);
    const parts = backupPartsOf(config, {
      databases: locationsOf(context),
      dataDir,
      indexUrl: settings['index.url'],
    });
    const saved = savedSchema.safeParse(run.saved);
    let file: string;
    if (saved.success) {
      ({ file } = saved.data);
    } else {
      const made = await runBackup(
        parts,
        {
          folder,
          withMusicbrainz: params.withMusicbrainz ?? settings['backup.with_musicbrainz'],
          withIndex: params.withIndex ?? settings['backup.with_index'],
          withSecrets: params.withSecrets,
        },
        run,
      );
      ({ file } = made);
      await run.save({ file });
    }
    if (params.verify !== 'no') await verifyBackup(parts, { file, depth: params.verify }, run);
    const removed = params.prune ? await pruneBackups(folder, keepBackupsOf(settings)) : [];
    return { file, verified: params.verify, removed };
  },
});

function locationsOf({ databases }: Context): Parameters<typeof backupPartsOf>[1]['databases'] {
  const { app, fingerprint, ingest, musicbrainz } = databases;
  return {
    app: app.location,
    fingerprint: fingerprint.location,
    ingest: ingest.location,
    musicbrainz: musicbrainz.location,
  };
}

/** Tries a backup of the backup folder, named without its path. */
export const VERIFY_BACKUP_JOB: JobKind = jobKind({
  about: 'tries a backup: its checksums, or all of it in scratch databases',
  params: z.strictObject({
    name: z.string().regex(/^[\w-]+\.acoustid-backup$/),
    depth: z.enum(['checksums', 'restore']).default('restore'),
  }),
  run: async (context, { depth, name }, run) => {
    const { config, dataDir } = context;
    const parts = backupPartsOf(config, {
      databases: locationsOf(context),
      dataDir,
      indexUrl: config.settings['index.url'],
    });
    const file = join(backupFolderOf(config.settings, dataDir), name);
    const { created, rows } = await verifyBackup(parts, { file, depth }, run);
    return { name, created, rows, depth };
  },
});
