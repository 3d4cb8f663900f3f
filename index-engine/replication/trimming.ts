/**
 * Keeping the updates stream short. What every node that answers has in segment files, and two of them
 * at least, need not be in the stream: a node that was away longer copies a peer (bootstrap.ts).
 *
 * A floor is published before anything is removed, and whoever follows looks at it first: sequences
 * are shared by all indexes, so a gap in them does not show by itself. The last message of an index is
 * never removed, because JetStream knows the version a writer may expect by it.
 */
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import type { FloorMessage, PeerStatus, Subjects } from './subjects.ts';

/** A lone copy is none: the stream is the second then. */
const COPIES_MIN = 2;

export interface TrimmedStream {
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
  readonly subjects: Subjects;
}

/** Up to where the nodes that answered have everything in files; 0 if that is not enough of them. */
export function safeFloor(answers: readonly PeerStatus[], generation: number): number {
  const copies = answers.filter((answer) => answer.generation === generation);
  if (copies.length < COPIES_MIN || copies.length < answers.length) return 0;
  return Math.min(...copies.map(({ file_version }) => file_version));
}

/** Removes an index's updates below `floor`. Returns whether there was anything to do. */
export async function trim(
  { jetstream, manager, subjects }: TrimmedStream,
  index: string,
  { generation, floor }: { generation: number; floor: number },
): Promise<boolean> {
  if (floor <= (await floorOf(manager, subjects, index, generation))) return false;
  const message: FloorMessage = { floor };
  await jetstream.publish(subjects.floor(index, generation), JSON.stringify(message));
  const filter = subjects.updates(index, generation);
  await manager.streams.purge(subjects.updatesStream, { filter, seq: floor });
  return true;
}

/** Updates of the index below this may be gone. */
export async function floorOf(
  manager: JetStreamManager,
  subjects: Subjects,
  index: string,
  generation: number,
): Promise<number> {
  const query = { last_by_subj: subjects.floor(index, generation) };
  const stored = await manager.streams.getMessage(subjects.metaStream, query);
  return stored?.json<FloorMessage>().floor ?? 0;
}

/** Removes everything of an index that was deleted. */
export async function forget(
  { manager, subjects }: Omit<TrimmedStream, 'jetstream'>,
  index: string,
  generation: number,
): Promise<void> {
  const updates = subjects.updates(index, generation);
  await manager.streams.purge(subjects.updatesStream, { filter: updates });
  const floor = subjects.floor(index, generation);
  await manager.streams.purge(subjects.metaStream, { filter: floor });
}
