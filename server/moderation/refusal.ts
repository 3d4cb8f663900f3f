import { DomainError } from '../errors.ts';

/** Why an act is not done, for programs; the text beside it is for people. */
export type RefusalReason =
  | 'already_so'
  | 'busy'
  | 'mbid_merged_elsewhere'
  | 'nothing_left'
  | 'same_on_both_sides'
  | 'too_many_rows'
  | 'track_merged'
  | 'undone_already'
  | 'unknown_fingerprint'
  | 'unknown_link'
  | 'unknown_track';

/** The refusal of an act: nothing has been changed. */
export function refusal(reason: RefusalReason, text: string): DomainError<'act_refused'> {
  return new DomainError('act_refused', { reason, text });
}
