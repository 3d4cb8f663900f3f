import { setTimeout as delay } from 'node:timers/promises';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Queryable } from '../db/queryable.ts';
import { JOB_KINDS } from '../jobs/job-kinds.ts';
import { changeJob, getJob, listJobLog, listJobs } from '../jobs/job-queries.ts';
import type { JobChange, JobRow, JobState } from '../jobs/job-queries.ts';
import { startJob } from '../jobs/start-job.ts';
import { readId, readJson, readLimit, table } from './arguments.ts';
import type { openConfiguredDatabases } from './open-databases.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions, Output } from './output.ts';

const STATES: readonly JobState[] = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled'];
const LIST_LIMIT = '20';
const LOG_LIMIT = '100';
const WATCH_EVERY_MS = 500;

/** Opens what the command works on; tests give their own. */
type OpenDatabases = typeof openConfiguredDatabases;

interface ListFlags extends GlobalOptions {
  readonly limit: string;
  readonly before?: string;
  readonly state?: JobState;
}

interface StartFlags extends GlobalOptions {
  readonly params: string;
  readonly wait?: boolean;
}

interface LogFlags extends GlobalOptions {
  readonly limit: string;
  readonly after?: string;
}

const CHANGES: Readonly<Record<JobChange, string>> = {
  pause: 'stop a job where it can go on later',
  resume: 'let a paused job go on',
  cancel: 'end a job for good',
  retry: 'let a failed job go on from what it had reached',
};

/** `acoustid job …`: long operations, wherever they were started. */
export function registerJob(program: Command, open: OpenDatabases, output: Output): void {
  const job = program.command('job').description('long operations: start, watch, pause, cancel');
  registerList(job, open, output);
  registerStart(job, open, output);
  job
    .command('show <id>')
    .description('all that is known of a job')
    .action(async (text: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      await using databases = open(options);
      const row = await getJob(databases.app.pool, readId(text));
      output.result(options.json, row, describe(row));
    });
  for (const [change, about] of Object.entries(CHANGES) as [JobChange, string][]) {
    job
      .command(`${change} <id>`)
      .description(about)
      .action(async (text: string, _options: object, command: Command) => {
        const options = command.optsWithGlobals<GlobalOptions>();
        await using databases = open(options);
        const row = await changeJob(databases.app.pool, readId(text), change);
        const asked = row.request === null ? '' : `; asked to ${row.request}`;
        output.result(options.json, row, `Job ${row.id} is ${row.state}${asked}`);
      });
  }
  job
    .command('log <id>')
    .description('the last lines a job wrote')
    .option('--limit <number>', 'how many', LOG_LIMIT)
    .option('--after <line>', 'only those after the line with this id, oldest first')
    .action(async (text: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<LogFlags>();
      const id = readId(text);
      const page = {
        limit: readLimit(options.limit),
        after: options.after === undefined ? undefined : readId(options.after),
      };
      await using databases = open(options);
      await getJob(databases.app.pool, id);
      const lines = await listJobLog(databases.app.pool, id, page);
      const shown = lines.map(({ created, line }) => `${created.toISOString()}  ${line}`);
      output.result(options.json, lines, shown.join('\n'));
    });
}

function registerList(job: Command, open: OpenDatabases, output: Output): void {
  job
    .command('list')
    .description('jobs, newest first')
    .addOption(new Option('--state <state>', 'only those in it').choices(STATES))
    .option('--limit <number>', 'how many', LIST_LIMIT)
    .option('--before <id>', 'only those older than this one')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<ListFlags>();
      const page = {
        limit: readLimit(options.limit),
        before: options.before === undefined ? undefined : readId(options.before),
        state: options.state,
      };
      await using databases = open(options);
      const jobs = await listJobs(databases.app.pool, page);
      const rows = jobs.map((row) => [
        String(row.id),
        row.kind,
        row.state,
        progressOf(row),
        row.created.toISOString(),
      ]);
      output.result(
        options.json,
        jobs,
        table(['id', 'kind', 'state', 'progress', 'created'], rows),
      );
    });
}

function registerStart(job: Command, open: OpenDatabases, output: Output): void {
  const kinds = Object.entries(JOB_KINDS).map(([kind, { about }]) => `${kind} ${about}`);
  job
    .command('start <kind>')
    .description(`start a job: ${kinds.join('; ')}`)
    .option('--params <json>', 'what it is to do', '{}')
    .option('--wait', 'until it has ended, and fail if it does')
    .action(async (kind: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<StartFlags>();
      const params = readJson(options.params);
      await using databases = open(options);
      const started = await startJob(databases.app.pool, JOB_KINDS, { kind, params });
      if (options.wait !== true) {
        output.result(options.json, started, `Job ${started.id} is queued`);
        return;
      }
      const ended = await untilEnded(databases.app.pool, started.id);
      output.result(options.json, ended, describe(ended));
      if (ended.state !== 'done') throw new CommandError(`Job ${ended.id} is ${ended.state}.`);
    });
}

async function untilEnded(app: Queryable, id: number): Promise<JobRow> {
  for (;;) {
    const row = await getJob(app, id);
    if (['done', 'failed', 'cancelled', 'paused'].includes(row.state)) return row;
    await delay(WATCH_EVERY_MS);
  }
}

function describe(row: JobRow): string {
  const lines: [string, string | undefined][] = [
    ['job', `${row.id} ${row.kind}`],
    ['state', row.request === null ? row.state : `${row.state}, asked to ${row.request}`],
    ['params', JSON.stringify(row.params)],
    ['progress', progressOf(row)],
    ['current', row.progress.current],
    ['created', row.created.toISOString()],
    ['started', row.started?.toISOString()],
    ['finished', row.finished?.toISOString()],
    ['result', row.result === null ? undefined : JSON.stringify(row.result)],
    ['error', row.error ?? undefined],
  ];
  return lines
    .flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [`${name.padEnd(9)}${value}`],
    )
    .join('\n');
}

/** `120 of 600 rows, 40/s, 12 s left`. */
function progressOf({ progress: { done, rate, secondsLeft, total, unit = '' } }: JobRow): string {
  if (done === undefined) return '';
  const parts = [
    `${done}${total === undefined ? '' : ` of ${total}`} ${unit}`.trimEnd(),
    rate === undefined ? '' : `${rate}/s`,
    secondsLeft === undefined || secondsLeft === 0 ? '' : `${secondsLeft} s left`,
  ];
  return parts.filter(Boolean).join(', ');
}
