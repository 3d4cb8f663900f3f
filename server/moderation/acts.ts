/** The acts of moderation as they are asked for, by people, programs and the queues of suspicion. */
import { z } from 'zod';

/** Most of anything that one act may name. */
const NAMED_MAX = 1_000;
/** Most acts done together, as one. */
const BULK_MAX = 500;
const ID_MAX = 2_147_483_647;

export const ACT_KINDS = [
  'link_disable',
  'link_enable',
  'track_merge',
  'track_split',
  'mbid_merge',
  'mbid_disable',
  'meta_merge',
  'bulk',
  'undo',
] as const;
export type ActKind = (typeof ACT_KINDS)[number];

const id = z.int().min(1).max(ID_MAX);
const uuid = z.guid().toLowerCase();
/** A track by its number or by its gid. */
const track = z.union([id, uuid]);
const ids = z.array(id).max(NAMED_MAX);

const linkDisable = z.strictObject({ kind: z.literal('link_disable'), track, mbid: uuid });
const linkEnable = z.strictObject({ kind: z.literal('link_enable'), track, mbid: uuid });

const trackMerge = z.strictObject({
  kind: z.literal('track_merge'),
  target: track,
  sources: z.array(track).min(1).max(NAMED_MAX),
});

const trackSplit = z.strictObject({
  kind: z.literal('track_split'),
  track,
  fingerprints: ids.min(1),
  /** An existing track; a new one when left out. */
  to: track.optional(),
  /**
   * Links that go along whole. Beside them each link goes along as far as submissions of the chosen
   * fingerprints made it, which is all that can be known where rows came without provenance.
   */
  mbids: z.array(uuid).max(NAMED_MAX).optional(),
  puids: z.array(uuid).max(NAMED_MAX).optional(),
  metas: ids.optional(),
  foreignids: ids.optional(),
});

const mbidMerge = z.strictObject({ kind: z.literal('mbid_merge'), source: uuid, target: uuid });
const mbidDisable = z.strictObject({ kind: z.literal('mbid_disable'), mbid: uuid });

const metaMerge = z.strictObject({
  kind: z.literal('meta_merge'),
  track,
  target: id,
  sources: ids.min(1),
});

const singleAct = z.discriminatedUnion('kind', [
  linkDisable,
  linkEnable,
  trackMerge,
  trackSplit,
  mbidMerge,
  mbidDisable,
  metaMerge,
]);

const bulk = z.strictObject({
  kind: z.literal('bulk'),
  acts: z.array(singleAct).min(1).max(BULK_MAX),
});

/** Everything the moderation module does, as data from outside. */
export const actSchema = z.discriminatedUnion('kind', [...singleAct.options, bulk]);

export type Act = z.infer<typeof actSchema>;
export type SingleAct = z.infer<typeof singleAct>;
export type TrackRef = z.infer<typeof track>;
export type LinkToggle = z.infer<typeof linkDisable> | z.infer<typeof linkEnable>;
export type TrackMerge = z.infer<typeof trackMerge>;
export type TrackSplit = z.infer<typeof trackSplit>;
export type MetaMerge = z.infer<typeof metaMerge>;

export const NOTE_LENGTH_MAX = 2_000;

/** Why an act is done; everybody must say. */
export const noteSchema = z.string().trim().min(1).max(NOTE_LENGTH_MAX);
