import type { Context } from '../../context.ts';
import { accountsPart } from './accounts-handlers.ts';
import type { AdminPart } from './admin-api.ts';
import { applicationsPart } from './applications-handlers.ts';
import { sessionPart } from './session-handlers.ts';
import { statisticsPart } from './statistics-handlers.ts';

/** The whole admin API, noun by noun. */
export function adminParts(context: Context): AdminPart[] {
  return [
    accountsPart(context),
    applicationsPart(context),
    sessionPart(context),
    statisticsPart(context),
  ];
}
