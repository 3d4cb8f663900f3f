import type { Pool, PoolClient } from 'pg';

/** What a query runs on: a pool, or the client that holds a transaction. */
export type Queryable = Pick<Pool | PoolClient, 'query'>;
