/** Prints one row per figure: the median, the 99th percentile and what else is worth saying. */
export function printTimes(name: string, timesMs: readonly number[], note = ''): void {
  const sorted = Float64Array.from(timesMs).sort();
  const at = (share: number): string =>
    ((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 1000).toFixed(1).padStart(10);
  console.log(`${name.padEnd(48)} p50 ${at(0.5)} µs  p99 ${at(0.99)} µs  ${note}`);
}

export function printRate(name: string, count: number, ms: number, unit: string): void {
  console.log(`${name.padEnd(48)} ${((count / ms) * 1000).toFixed(0).padStart(12)} ${unit}/s`);
}
