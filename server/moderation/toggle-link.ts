import type { Queryable } from '../db/queryable.ts';
import type { LinkToggle } from './acts.ts';
import { insertChanges } from './disable-mbid.ts';
import type { ChangeBy } from './disable-mbid.ts';
import { findTrack } from './find-tracks.ts';
import { refusal } from './refusal.ts';

interface Link {
  readonly id: number;
  readonly disabled: boolean;
  readonly merged_into: number | null;
}

/**
 * Switches the link of a track to an MBID off or on. `updated` is set, unlike upstream, whose
 * unlinks therefore never reach its public data (public-data.md section 1.5).
 */
export async function toggleLink(
  transaction: Queryable,
  act: LinkToggle,
  by: ChangeBy,
): Promise<void> {
  const trackId = await findTrack(transaction, act.track);
  const disabled = act.kind === 'link_disable';
  const said = `the link of track ${act.track} to MBID ${act.mbid}`;
  const { rows } = await transaction.query<Link>({
    name: 'find-link-of-act',
    text: `select id, disabled, merged_into from track_mbid where track_id = $1 and mbid = $2`,
    values: [trackId, act.mbid],
  });
  const [link] = rows;
  if (!link) throw refusal('unknown_link', `there is no ${said.slice('the '.length)}`);
  if (link.disabled === disabled) {
    throw refusal('already_so', `${said} is ${disabled ? 'disabled' : 'enabled'} already`);
  }
  if (!disabled && link.merged_into !== null) {
    throw refusal('mbid_merged_elsewhere', `${said} has been merged into another one`);
  }
  await transaction.query({
    name: 'toggle-link',
    text: `update track_mbid set disabled = $2, updated = now() where id = $1`,
    values: [link.id, disabled],
  });
  await insertChanges(transaction, [link.id], disabled, by);
}
