/**
 * The whole admin API, `/api/admin/*`, as one table. The renderer imports its type and nothing else
 * of the server.
 */
import { accountsContract } from './contract/accounts.ts';
import { applicationsContract } from './contract/applications.ts';
import { sessionContract } from './contract/session.ts';
import { statisticsContract } from './contract/statistics.ts';

export const adminContract = {
  ...accountsContract,
  ...applicationsContract,
  ...sessionContract,
  ...statisticsContract,
} as const;

export type AdminContract = typeof adminContract;
