/** Texts that people type into forms and that others see again. */
import { z } from 'zod';

/** One line: no control characters, of which PostgreSQL does not even take the NUL. */
export const line = (max: number): z.ZodString =>
  z
    .string()
    .trim()
    .min(1, 'is missing')
    .max(max, `has more than ${max} characters`)
    .regex(/^\P{Cc}*$/u, 'has control characters');

/** What a list is searched for. */
export const search = z
  .string()
  .trim()
  .max(100)
  .regex(/^\P{Cc}*$/u)
  .optional();

/** A name and a host; the last label has letters, two or more (upstream takes at most four). */
export const email = line(255).regex(
  /^[^@\s]+@[^@\s.]+(\.[^@\s.]+)*\.[a-z]{2,63}$/i,
  'is no e-mail address',
);

/** `http` or `https` with a host; anything else would be a link to run scripts by. */
export const website = line(1000).refine((text) => isWebAddress(text), 'is no http(s) address');

const ID_MAX = 2_147_483_647;

/** The id of a row in a query string or body. */
export const rowId = z.coerce.number().int().min(1).max(ID_MAX);

function isWebAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && ['http:', 'https:'].includes(url.protocol) && url.hostname !== '';
}
