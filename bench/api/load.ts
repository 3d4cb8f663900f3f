/** A closed loop of clients: each sends its next request when it has its answer. */
import { Pool } from 'undici';

export interface Load {
  readonly clients: number;
  readonly seconds: number;
  /** Body of the n-th request, urlencoded. */
  readonly body: (n: number) => string;
}

export interface LoadResult {
  readonly requests: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Mean size of an answer. */
  readonly bytes: number;
}

/** Sends lookups for some seconds. Throws at any answer that finds nothing. */
export async function load(url: string, options: Load): Promise<LoadResult> {
  const pool = new Pool(url, { connections: options.clients });
  const latencies: number[] = [];
  let sent = 0;
  let bytes = 0;
  const begun = performance.now();
  const until = begun + options.seconds * 1000;
  const client = async (): Promise<void> => {
    while (performance.now() < until) {
      const startedMs = performance.now();
      const { body, statusCode } = await pool.request({
        method: 'POST',
        path: '/v2/lookup',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: options.body(sent++),
      });
      const text = await body.text();
      if (statusCode !== 200 || !text.includes('"score"')) {
        throw new Error(`lookup answered ${statusCode}: ${text.slice(0, 300)}`);
      }
      latencies.push(performance.now() - startedMs);
      bytes += text.length;
    }
  };
  try {
    await Promise.all(Array.from({ length: options.clients }, client));
  } finally {
    await pool.close();
  }
  const seconds = (performance.now() - begun) / 1000;
  latencies.sort((a, b) => a - b);
  return {
    requests: latencies.length,
    requestsPerSecond: latencies.length / seconds,
    p50Ms: quantile(latencies, 0.5),
    p99Ms: quantile(latencies, 0.99),
    bytes: bytes / latencies.length,
  };
}

function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
