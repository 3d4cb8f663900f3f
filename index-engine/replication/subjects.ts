/**
 * What the nodes of a cluster say to each other over NATS. Index names hold no dots, so each is one
 * token of a subject. CLUSTER is the name given with `--cluster`.
 *
 *   stream CLUSTER-meta     subjects CLUSTER.m.<index>                 one message kept per subject
 *     payload := JSON {"create": {"first_sequence": n, "codec"?: c}} | {"delete": {}}
 *     The generation of an index is the sequence of its create message; `first_sequence` is where the
 *     updates stream stood then.
 *   stream CLUSTER-updates  subjects CLUSTER.u.<index>.<generation>
 *     payload := msgpack [change …], as in an oplog record
 *     The version of a commit is the sequence of its message, so versions have gaps.
 *   stream CLUSTER-meta     subjects CLUSTER.t.<index>.<generation>    one message kept per subject
 *     payload := JSON {"floor": n}: updates of this subject below n may be gone (trimming.ts)
 *   request CLUSTER.status.<index>          answered by every node that has the index
 *     reply   := JSON {"url", "generation", "version", "file_version"}
 */
import type { Codec } from '../block.ts';
import type { IndexStatusResponse } from '../contract.ts';

export interface Subjects {
  readonly metaStream: string;
  readonly updatesStream: string;
  readonly allMeta: string;
  readonly allFloors: string;
  readonly allUpdates: string;
  readonly allStatus: string;
  meta(index: string): string;
  updates(index: string, generation: number): string;
  floor(index: string, generation: number): string;
  status(index: string): string;
}

export type MetaMessage =
  | { readonly create: { readonly first_sequence: number; readonly codec?: Codec } }
  | { readonly delete: Record<string, never> };

export interface FloorMessage {
  readonly floor: number;
}

export interface PeerStatus extends IndexStatusResponse {
  readonly url: string;
}

export function subjectsOf(cluster: string): Subjects {
  return {
    metaStream: `${cluster}-meta`,
    updatesStream: `${cluster}-updates`,
    allMeta: `${cluster}.m.*`,
    allFloors: `${cluster}.t.*.*`,
    allUpdates: `${cluster}.u.*.*`,
    allStatus: `${cluster}.status.*`,
    meta: (index) => `${cluster}.m.${index}`,
    updates: (index, generation) => `${cluster}.u.${index}.${generation}`,
    floor: (index, generation) => `${cluster}.t.${index}.${generation}`,
    status: (index) => `${cluster}.status.${index}`,
  };
}

/** The index a subject of this cluster is about. */
export function indexOf(subject: string): string {
  return subject.split('.')[2] ?? '';
}
