import type { Context } from '../../context.ts';
import { aboutPart } from './about-handlers.ts';
import { accountsPart } from './accounts-handlers.ts';
import type { AdminPart } from './admin-api.ts';
import { applicationsPart } from './applications-handlers.ts';
import { connectPart } from './connect-handlers.ts';
import { dashboardPart } from './dashboard-handlers.ts';
import { fingerprintsPart } from './fingerprints-handlers.ts';
import { jobsPart } from './jobs-handlers.ts';
import { lookupPart } from './lookup-handlers.ts';
import { moderationActsPart } from './moderation-acts-handlers.ts';
import { moderationSuspicionsPart } from './moderation-suspicions-handlers.ts';
import { logsPart } from './logs-handlers.ts';
import { servicesPart } from './services-handlers.ts';
import { sessionPart } from './session-handlers.ts';
import { settingsPart } from './settings-handlers.ts';
import { statisticsPart } from './statistics-handlers.ts';
import { submissionsPart } from './submissions-handlers.ts';
import { welcomePart } from './welcome-handlers.ts';
import { tracksPart } from './tracks-handlers.ts';

/** The whole admin API, noun by noun. */
export function adminParts(context: Context): AdminPart[] {
  return [
    aboutPart(context),
    accountsPart(context),
    applicationsPart(context),
    connectPart(context),
    dashboardPart(context),
    fingerprintsPart(context),
    lookupPart(context),
    jobsPart(context),
    moderationActsPart(context),
    moderationSuspicionsPart(context),
    logsPart(context),
    servicesPart(context),
    sessionPart(context),
    settingsPart(context),
    statisticsPart(context),
    submissionsPart(context),
    welcomePart(context),
    tracksPart(context),
  ];
}
