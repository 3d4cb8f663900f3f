/**
 * The one way in which people and tasks change tracks and links: acts, previewed, done, undone. Each
 * is one transaction under the import lock, and leaves a journal by which it can be undone and a
 * listing for people (docs/decisions/0050-moderation-journal.md).
 */
import type { Queryable } from '../db/queryable.ts';
import { DomainError } from '../errors.ts';
import type { Act, SingleAct } from './acts.ts';
import { disableMbid } from './disable-mbid.ts';
import type { ChangeBy } from './disable-mbid.ts';
import { listChanges, record, withModerationLock } from './journal.ts';
import type { JournalHeader, Recorded, RowChange } from './journal.ts';
import { nextActId, publishActs } from './listing.ts';
import type { ModerationParts } from './listing.ts';
import { mergeMbids } from './merge-mbids.ts';
import { mergeMetas } from './merge-metas.ts';
import { mergeTracksOfAct } from './merge-tracks.ts';
import { refusal } from './refusal.ts';
import { revert } from './revert.ts';
import { splitTrack } from './split-track.ts';
import { toggleLink } from './toggle-link.ts';

/** Changes that a preview spells out; the counts are of all. */
const PREVIEW_CHANGES_MAX = 1_000;

/** What an act would do; nothing of it has happened. */
export interface ActPreview {
  /** Changes by table. */
  readonly counts: Readonly<Record<string, number>>;
  readonly tracks: readonly number[];
  /** Rows as they are and as they would be, the first PREVIEW_CHANGES_MAX. */
  readonly changes: readonly RowChange[];
  readonly truncated: boolean;
}

/** An act that is done. */
export interface AppliedAct extends Recorded {
  readonly id: number;
  /** False when the app database was lost meanwhile: the act is done, a task will list it. */
  readonly listed: boolean;
}

/** Ids no act gets: a preview is rolled back before anybody could read them. */
const PREVIEW_ACT_ID = 0;
const NOBODY: ChangeBy = { accountId: null, note: 'preview' };

/**
 * Tells what an act would change, by doing it and rolling back. Refuses what `applyAct` refuses. Say
 * in whose name it would be done, for that decides on rows of history.
 */
export function previewAct(
  parts: ModerationParts,
  act: Act,
  by: ChangeBy = NOBODY,
): Promise<ActPreview> {
  return preview(parts, (transaction) =>
    record(transaction, headerOf(act, PREVIEW_ACT_ID, by), () => perform(transaction, act, by)),
  );
}

/** Does an act, all of it or nothing. Throws `act_refused` where it cannot be done as asked. */
export async function applyAct(
  parts: ModerationParts,
  act: Act,
  by: ChangeBy,
): Promise<AppliedAct> {
  const done = await withModerationLock(parts.fingerprint, async (transaction) => {
    const id = await nextActId(parts.app, transaction);
    const recorded = await record(transaction, headerOf(act, id, by), () =>
      perform(transaction, act, by),
    );
    return { id, ...recorded };
  });
  return { ...done, listed: await tryPublish(parts) };
}

/** Tells what undoing an act would change; throws what `undoAct` throws. */
export function previewUndo(parts: ModerationParts, actId: number): Promise<ActPreview> {
  return preview(parts, (transaction) => undo(transaction, actId, PREVIEW_ACT_ID, NOBODY));
}

/**
 * Undoes an act: every row it changed is again as it was. An act itself, so undoing it does the
 * first act again. Throws `act_not_found`, `act_refused` when it is undone already, and
 * `act_conflict` with the rows that were changed since.
 */
export async function undoAct(
  parts: ModerationParts,
  actId: number,
  by: ChangeBy,
): Promise<AppliedAct> {
  const done = await withModerationLock(parts.fingerprint, async (transaction) => {
    const id = await nextActId(parts.app, transaction);
    return { id, ...(await undo(transaction, actId, id, by)) };
  });
  return { ...done, listed: await tryPublish(parts) };
}

/** The rows an act changed, as they were and as it left them. Throws `act_not_found`. */
export async function listActChanges(
  fingerprint: Queryable,
  actId: number,
): Promise<readonly RowChange[]> {
  const { id } = await getJournal(fingerprint, actId);
  return listChanges(fingerprint, id);
}

async function preview(
  { fingerprint }: ModerationParts,
  work: (transaction: Queryable) => Promise<Recorded>,
): Promise<ActPreview> {
  return withModerationLock(fingerprint, async (transaction) => {
    await transaction.query('savepoint preview');
    const { counts, journalId, tracks } = await work(transaction);
    const changes = await listChanges(transaction, journalId);
    await transaction.query('rollback to savepoint preview');
    return {
      counts,
      tracks,
      changes: changes.slice(0, PREVIEW_CHANGES_MAX),
      truncated: changes.length > PREVIEW_CHANGES_MAX,
    };
  });
}

function headerOf(act: Act, actId: number, by: ChangeBy): JournalHeader {
  return { actId, kind: act.kind, act, undoes: null, ...by };
}

async function perform(transaction: Queryable, act: Act, by: ChangeBy): Promise<void> {
  const acts = act.kind === 'bulk' ? act.acts : [act];
  for (const each of acts) await performOne(transaction, each, by);
}

async function performOne(transaction: Queryable, act: SingleAct, by: ChangeBy): Promise<void> {
  switch (act.kind) {
    case 'link_disable':
    case 'link_enable':
      return toggleLink(transaction, act, by);
    case 'track_merge':
      return mergeTracksOfAct(transaction, act, by);
    case 'track_split':
      return splitTrack(transaction, act, by);
    case 'mbid_merge':
      // The history of links is of people; upstream's task, which is nobody, leaves none.
      await mergeMbids(transaction, act.source, act.target, by.accountId === null ? undefined : by);
      return;
    case 'mbid_disable':
      await disableMbid(transaction, act.mbid, by);
      return;
    case 'meta_merge':
      return mergeMetas(transaction, act);
  }
}

interface Journal {
  readonly id: string;
  readonly undone_by_act: number | null;
}

async function getJournal(fingerprint: Queryable, actId: number): Promise<Journal> {
  const { rows } = await fingerprint.query<Journal>({
    name: 'get-moderation-journal',
    text: `
      select j.id, u.act_id as undone_by_act
      from moderation_journal j left join moderation_journal u on u.id = j.undone_by
      where j.act_id = $1`,
    values: [actId],
  });
  const [journal] = rows;
  if (!journal) throw new DomainError('act_not_found', { act: actId });
  return journal;
}

async function undo(
  transaction: Queryable,
  actId: number,
  undoId: number,
  by: ChangeBy,
): Promise<Recorded> {
  const undone = await getJournal(transaction, actId);
  if (undone.undone_by_act !== null) {
    throw refusal('undone_already', `act ${actId} has been undone by act ${undone.undone_by_act}`);
  }
  const header = { actId: undoId, kind: 'undo', act: { undo: actId }, undoes: undone.id, ...by };
  const recorded = await record(transaction, header, (journalId) =>
    revert(transaction, undone.id, journalId),
  );
  await transaction.query({
    name: 'mark-journal-undone',
    text: `update moderation_journal set undone_by = $2 where id = $1`,
    values: [undone.id, recorded.journalId],
  });
  return recorded;
}

/** The act is done whatever becomes of its listing, so its failure must not look like the act's. */
async function tryPublish(parts: ModerationParts): Promise<boolean> {
  try {
    await publishActs(parts);
    return true;
  } catch {
    // Not lost: the act stays marked as not listed, and whoever publishes next lists it.
    return false;
  }
}
