/**
 * The whole admin API, `/api/admin/*`, as one table. The renderer imports its type and nothing else
 * of the server.
 */
import { accountsContract } from './contract/accounts.ts';
import { aboutContract } from './contract/about.ts';
import { applicationsContract } from './contract/applications.ts';
import { connectContract } from './contract/connect.ts';
import { dashboardContract } from './contract/dashboard.ts';
import { fingerprintsContract } from './contract/fingerprints.ts';
import { jobsContract } from './contract/jobs.ts';
import { lookupContract } from './contract/lookup.ts';
import { moderationActsContract } from './contract/moderation-acts.ts';
import { moderationSuspicionsContract } from './contract/moderation-suspicions.ts';
import { logsContract } from './contract/logs.ts';
import { servicesContract } from './contract/services.ts';
import { sessionContract } from './contract/session.ts';
import { settingsContract } from './contract/settings.ts';
import { statisticsContract } from './contract/statistics.ts';
import { submissionsContract } from './contract/submissions.ts';
import { welcomeContract } from './contract/welcome.ts';
import { tracksContract } from './contract/tracks.ts';

export const adminContract = {
  ...aboutContract,
  ...accountsContract,
  ...applicationsContract,
  ...connectContract,
  ...dashboardContract,
  ...fingerprintsContract,
  ...lookupContract,
  ...jobsContract,
  ...moderationActsContract,
  ...moderationSuspicionsContract,
  ...logsContract,
  ...servicesContract,
  ...sessionContract,
  ...settingsContract,
  ...statisticsContract,
  ...submissionsContract,
  ...welcomeContract,
  ...tracksContract,
} as const;

export type AdminContract = typeof adminContract;
