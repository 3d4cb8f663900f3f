/** Processor time of the appliance's processes: a busy machine stretches time, not work. */
import { readdirSync, readFileSync } from 'node:fs';
import type { RunFile } from '../../server/config/run-file.ts';

const TICK_MS = 10;

interface ProcessTimes {
  readonly pid: number;
  readonly parent: number;
  readonly busyMs: number;
}

/** Milliseconds each service has used so far, its child processes too; empty where there is no /proc. */
export function readCpu(run: RunFile): ReadonlyMap<string, number> {
  const processes = listProcesses();
  const used = new Map<string, number>();
  if (processes.length === 0) return used;
  for (const [name, { pid }] of Object.entries(run.services)) {
    const own = processes.filter((each) => each.pid === pid || each.parent === pid);
    used.set(
      name,
      own.reduce((sum, { busyMs }) => sum + busyMs, 0),
    );
  }
  const { system, user } = process.cpuUsage();
  return used.set('clients', (user + system) / 1000);
}

function listProcesses(): ProcessTimes[] {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => readTimes(Number(pid)) ?? []);
  } catch {
    // Not Linux.
    return [];
  }
}

function readTimes(pid: number): ProcessTimes | undefined {
  try {
    // The name, in parentheses, may hold anything; what follows it are numbers.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [parent = 0, user = 0, system = 0] = [fields[1], fields[11], fields[12]].map(Number);
    return { pid, parent, busyMs: (user + system) * TICK_MS };
  } catch {
    // It ended since it was listed.
    return undefined;
  }
}
