import { z } from 'zod';
import type { Context } from '../../context.ts';
import { isRefusal } from '../../errors.ts';
import { listActors, listTrackNames } from '../../moderation/act-queries.ts';
import { listActs } from '../../moderation/listing.ts';
import type { ListedAct, ModerationParts } from '../../moderation/listing.ts';
import {
  applyAct,
  listActChanges,
  previewAct,
  previewUndo,
  undoAct,
} from '../../moderation/moderation.ts';
import type { ActPreview, AppliedAct } from '../../moderation/moderation.ts';
import { recheckTracks } from '../../suspicion/compute.ts';
import { AdminError } from './admin-error.ts';
import { adminPart } from './admin-api.ts';
import type { AdminPart, Handlers } from './admin-api.ts';
import { moderationActsContract } from './contract/moderation-acts.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { pathId } from './path-id.ts';
import { requireAccount } from './session-handlers.ts';

/** Changes of rows that an answer spells out; the counts are of all. */
const CHANGES_SHOWN = 1_000;
/** Tracks named beside an act. */
const TRACKS_SHOWN = 50;

/** Acts of moderation, their log, and taking them back. */
export function moderationActsPart(context: Context): AdminPart {
  const { app, fingerprint } = context.databases;
  const parts: ModerationParts = { app: app.pool, fingerprint: fingerprint.pool };
  const handlers: Handlers<typeof moderationActsContract> = {
    'POST /acts/preview': async ({ account, body }) => {
      const by = { accountId: requireAccount(account).id, note: 'preview' };
      return named(parts, await previewAct(parts, body.act, by));
    },
    'POST /acts': async ({ account, body }) => {
      const by = { accountId: requireAccount(account).id, note: body.note };
      const applied = await applyAct(parts, body.act, by);
      await recheck(context, applied);
      return applied;
    },
    'GET /acts': async ({ query }) => {
      const { acts, next } = await listActs(
        parts.app,
        {
          ...(query.kind && { kinds: [query.kind] }),
          accountId: query.account,
          noteText: query.q,
          undone: query.undone,
        },
        { before: readCursor(z.int().positive(), query.cursor), limit: query.limit },
      );
      return { rows: acts.map(listed), next: next === null ? null : writeCursor(next) };
    },
    'GET /acts/:id': async ({ params }) => {
      const { acts } = await listActs(parts.app, { id: pathId(params.id) }, { limit: 1 });
      const [act] = acts;
      if (!act) throw new AdminError('not_found', 'there is no such act');
      const changes = await listActChanges(parts.fingerprint, act.id);
      return {
        act: listed(act),
        tracks: await listTrackNames(parts.fingerprint, act.tracks.slice(0, TRACKS_SHOWN)),
        changes: changes.slice(0, CHANGES_SHOWN),
        truncated: changes.length > CHANGES_SHOWN,
      };
    },
    'GET /act-accounts': () => listActors(parts.app),
    'POST /acts/:id/undo/preview': async ({ params }) => {
      try {
        const preview = await previewUndo(parts, pathId(params.id));
        return { preview: await named(parts, preview), conflicts: [] };
      } catch (error) {
        if (!isRefusal(error, 'act_conflict')) throw error;
        const conflicts = error.details.conflicts.map((conflict) => ({
          ...conflict,
          columns: [...conflict.columns],
        }));
        return { preview: null, conflicts };
      }
    },
    'POST /acts/:id/undo': async ({ account, body, params }) => {
      const by = { accountId: requireAccount(account).id, note: body.note };
      const applied = await undoAct(parts, pathId(params.id), by);
      await recheck(context, applied);
      return applied;
    },
  };
  return adminPart(moderationActsContract, handlers);
}

/** So that the queues agree with the act at once. */
async function recheck({ databases, log }: Context, { id, tracks }: AppliedAct): Promise<void> {
  const parts = {
    fingerprint: databases.fingerprint.pool,
    musicbrainz: databases.musicbrainz.pool,
  };
  try {
    await recheckTracks(parts, tracks);
  } catch (error) {
    // The act is done and must not look as if it were not; the task looks at its tracks again.
    log.warn({ err: error, act: id }, 'suspicions not looked at after an act');
  }
}

async function named({ fingerprint }: ModerationParts, preview: ActPreview) {
  return {
    ...preview,
    changes: [...preview.changes],
    tracks: await listTrackNames(fingerprint, preview.tracks.slice(0, TRACKS_SHOWN)),
  };
}

function listed({ account_id, account_name, tracks, undone_by, ...act }: ListedAct) {
  const account =
    account_id === null || account_name === null ? null : { id: account_id, name: account_name };
  return { ...act, account, trackCount: tracks.length, undoneBy: undone_by };
}
