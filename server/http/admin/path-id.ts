import { AdminError } from './admin-error.ts';

/** Largest id a column can hold. */
const ID_MAX = 2_147_483_647;

/** The id of a row in a path; what cannot be one is not there. */
export function pathId(text: string): number {
  const id = Number(text);
  if (!/^\d{1,10}$/.test(text) || id < 1 || id > ID_MAX) {
    throw new AdminError('not_found', 'there is no such row');
  }
  return id;
}
