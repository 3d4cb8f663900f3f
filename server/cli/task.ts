import { Option } from 'commander';
import type { Command } from 'commander';
import type { Queryable } from '../db/queryable.ts';
import { insertTasks, listTasks, reviveTasks } from '../tasks/task-queries.ts';
import type { TaskState } from '../tasks/task-queries.ts';
import { checkTask } from '../tasks/task-queue.ts';
import { TASK_KINDS } from '../tasks/task-table.ts';
import { readId, readJson, readLimit, table } from './arguments.ts';
import type { openConfiguredDatabases } from './open-databases.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions, Output } from './output.ts';

const STATES: readonly TaskState[] = ['queued', 'running', 'dead'];
const LIST_LIMIT = '50';
const ERROR_SHOWN_MAX = 80;

/** Opens what the command works on; tests give their own. */
type OpenDatabases = typeof openConfiguredDatabases;

interface ListFlags extends GlobalOptions {
  readonly limit: string;
  readonly after?: string;
  readonly state?: TaskState;
}

interface RetryFlags extends GlobalOptions {
  readonly all?: boolean;
}

interface StartFlags extends GlobalOptions {
  readonly args: string;
}

/** `acoustid task …`: short work in the background, and what of it was given up. */
export function registerTask(program: Command, open: OpenDatabases, output: Output): void {
  const task = program.command('task').description('work in the background: list, retry, start');
  task
    .command('list')
    .description('tasks that wait, run or were given up (dead), oldest first')
    .addOption(new Option('--state <state>', 'only those in it').choices(STATES))
    .option('--limit <number>', 'how many', LIST_LIMIT)
    .option('--after <id>', 'only those after this one')
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<ListFlags>();
      const page = {
        limit: readLimit(options.limit),
        after: options.after === undefined ? undefined : readId(options.after),
        state: options.state,
      };
      await using databases = open(options);
      const tasks = await listTasks(databases.app.pool, page);
      const rows = tasks.map(({ attempts, error, id, key, state }) => [
        String(id),
        state,
        String(attempts),
        key,
        (error ?? '').slice(0, ERROR_SHOWN_MAX),
      ]);
      output.result(options.json, tasks, table(['id', 'state', 'tries', 'task', 'error'], rows));
    });
  task
    .command('retry [ids...]')
    .description('queue dead tasks again')
    .option('--all', 'all of them')
    .action(async (texts: readonly string[], _options: object, command: Command) => {
      const options = command.optsWithGlobals<RetryFlags>();
      if ((texts.length === 0) !== (options.all === true)) {
        throw new CommandError('Say which dead tasks: by their ids, or --all.');
      }
      const ids = options.all === true ? 'all' : texts.map(readId);
      await using databases = open(options);
      const { retried } = await reviveTasks(databases.app.pool, ids);
      if (ids !== 'all' && retried < ids.length) {
        throw new CommandError(`Only ${retried} of these ${ids.length} are dead tasks; queued.`);
      }
      await wakeWorkers(databases.app.pool);
      output.result(options.json, { retried }, `${retried} tasks queued again`);
    });
  task
    .command('start <name>')
    .description('queue a task now, whatever its schedule')
    .option('--args <json>', 'its arguments', '{}')
    .action(async (name: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<StartFlags>();
      const args = checkTask(TASK_KINDS, { name, args: readJson(options.args) });
      await using databases = open(options);
      const [id] = await insertTasks(databases.app.pool, [{ name, args }]);
      await wakeWorkers(databases.app.pool);
      const text = id === undefined ? `${name} waits already` : `Task ${id} is queued`;
      output.result(options.json, { id: id ?? null }, text);
    });
}

/** A command has no NATS; the channel that rings for jobs makes workers look for tasks as well. */
async function wakeWorkers(app: Queryable): Promise<void> {
  await app.query(`select pg_notify('acoustid_job', '')`);
}
