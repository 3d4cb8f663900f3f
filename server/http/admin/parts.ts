import type { Context } from '../../context.ts';
import type { AdminPart } from './admin-api.ts';
import { sessionPart } from './session-handlers.ts';
import { statisticsPart } from './statistics-handlers.ts';

/** The whole admin API, noun by noun. */
export function adminParts(context: Context): AdminPart[] {
  return [sessionPart(context), statisticsPart(context)];
}
