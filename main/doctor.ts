import { styleText } from 'node:util';
import { listChecks } from './doctor-checks.ts';
import type { Finding } from './doctor-checks.ts';
import type { Flags } from './config.ts';

export interface DoctorFlags extends Flags {
  readonly json?: boolean | undefined;
}

const MARKS = {
  ok: ['green', 'ok'],
  note: ['yellow', 'note'],
  problem: ['red', 'problem'],
} as const;
const MARK_WIDTH = 9;
const NAME_WIDTH = 16;

/**
 * `acoustid doctor`: looks at everything an appliance needs and says what to do where something is
 * missing. Starts and changes nothing. Returns the exit code: 0 when nothing stands in the way.
 */
export async function doctor(flags: DoctorFlags): Promise<number> {
  const findings: Finding[] = [];
  for await (const finding of listChecks(flags)) {
    findings.push(finding);
    if (flags.json !== true) print(finding);
  }
  const isWell = findings.every(({ state }) => state !== 'problem');
  if (flags.json === true) {
    process.stdout.write(`${JSON.stringify({ ok: isWell, checks: findings })}\n`);
  }
  return isWell ? 0 : 1;
}

function print({ cure, name, state, text }: Finding): void {
  const [colour, mark] = MARKS[state];
  const padded = mark.padEnd(MARK_WIDTH);
  const styled = process.stdout.isTTY
    ? styleText(colour, padded, { stream: process.stdout })
    : padded;
  process.stdout.write(`${styled}${name.padEnd(NAME_WIDTH)}${text}\n`);
  if (cure !== undefined) {
    process.stdout.write(`${' '.repeat(MARK_WIDTH + NAME_WIDTH)}→ ${cure}\n`);
  }
}
