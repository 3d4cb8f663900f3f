import type { CreateIndexRequest, CreateIndexResponse } from './contract.ts';
import type { Engine } from './engine.ts';
import { RequestError } from './errors.ts';
import type { PreparedCommit } from './memory-segment.ts';

/** Where writes go first: to this engine's own log, or to a cluster's. */
export interface Writes {
  createIndex(name: string, request: CreateIndexRequest): Promise<CreateIndexResponse>;
  deleteIndex(name: string, expectExists: boolean): Promise<boolean>;
  /** Makes the contents of `source` those of `name`. Throws RequestError `NotImplemented`. */
  replaceIndex(name: string, source: string): Promise<CreateIndexResponse>;
  /** Returns the version at which the changes are searchable here. */
  update(
    name: string,
    prepared: PreparedCommit,
    expectedVersion: number | undefined,
  ): Promise<number>;
  /** Messages of the cluster's log not applied here; undefined without a cluster. */
  lagOf(name: string): number | undefined;
}

/** An engine on its own. */
export function localWrites(engine: Engine): Writes {
  return {
    createIndex: (name, request) => engine.createIndex(name, request),
    deleteIndex: (name, expectExists) => engine.deleteIndex(name, expectExists),
    replaceIndex: (name, source) => engine.replaceIndex(name, source),
    update: (name, prepared, expectedVersion) =>
      engine
        .getIndex(name)
        .commit(prepared, expectedVersion === undefined ? {} : { expectedVersion }),
    lagOf: () => undefined,
  };
}

/** A node that has not joined its cluster yet: writing to its own log would tear it from the others. */
export function notYetWrites(): Writes {
  const refuse = (): Promise<never> => Promise.reject(new RequestError('IndexNotReady'));
  return {
    createIndex: refuse,
    deleteIndex: refuse,
    replaceIndex: refuse,
    update: refuse,
    lagOf: () => undefined,
  };
}
