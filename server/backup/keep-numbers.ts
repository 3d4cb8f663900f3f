import type { DatabaseLocation } from '../db/databases.ts';
import { listSequences, qualified } from './catalogue.ts';
import { connectTo } from './connection.ts';

/**
 * Moves the sequences of a restored database on to where those are that it takes the place of. An
 * id that was given out after the backup is known outside: somebody asks for the state of a
 * submission, the queue drops a second announcement of it. It must not come to mean another thing.
 */
export async function keepNumbers(
  live: DatabaseLocation,
  restored: DatabaseLocation,
): Promise<void> {
  await using old = await connectTo(live);
  await using fresh = await connectTo(restored);
  const there = new Map((await listSequences(old)).map((each) => [qualified(each), each]));
  for (const sequence of await listSequences(fresh)) {
    const name = qualified(sequence);
    const value = there.get(name)?.value;
    if (value === undefined || BigInt(value) <= BigInt(sequence.value)) continue;
    await fresh.query('select setval($1::regclass, $2::bigint)', [name, value]);
  }
}
