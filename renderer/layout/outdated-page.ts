import { callApi } from '../api/client.ts';

/** The server has no such chunk any more: it was updated while this tab was open. */
export class OutdatedPage extends Error {
  constructor(cause: unknown) {
    super('the chunk of this page is gone', { cause });
    this.name = 'OutdatedPage';
  }
}

/**
 * Fetches the chunk of a page. Throws `OutdatedPage` when the server answers but the chunk does not
 * come, `ApiError` when the server does not answer either.
 */
export async function fetchPage<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    await callApi('GET /session', {});
    throw new OutdatedPage(cause);
  }
}
