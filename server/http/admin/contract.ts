/**
 * The whole admin API, `/api/admin/*`, as one table. The renderer imports its type and nothing else
 * of the server.
 */
import { sessionContract } from './contract/session.ts';

export const adminContract = {
  ...sessionContract,
} as const;

export type AdminContract = typeof adminContract;
