import { text as readAll } from 'node:stream/consumers';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { z } from 'zod';
import type { Databases } from '../db/databases.ts';
import { isRefusal } from '../errors.ts';
import { ACT_KINDS, actSchema, NOTE_LENGTH_MAX, noteSchema } from '../moderation/acts.ts';
import type { Act, ActKind } from '../moderation/acts.ts';
import type { RowChange } from '../moderation/journal.ts';
import { listActs } from '../moderation/listing.ts';
import type { ModerationParts } from '../moderation/listing.ts';
import { applyAct, listActChanges, previewAct, undoAct } from '../moderation/moderation.ts';
import type { AppliedAct } from '../moderation/moderation.ts';
import { readId, table } from './arguments.ts';
import { CommandError } from './output.ts';
import type { GlobalOptions, Output } from './output.ts';

interface ByOptions extends GlobalOptions {
  readonly note?: string;
  readonly account?: string;
}

interface LogOptions extends GlobalOptions {
  readonly kind?: ActKind;
  readonly track?: string;
  readonly account?: string;
  readonly before?: string;
  readonly limit?: string;
}

/** Acts shown by `log` when not told. */
const LOG_LIMIT = '20';

/** Stands where the note would. */
const PREVIEW_NOTE = '…';

/** What the commands take from outside themselves. */
export interface ModerationCommands {
  /** May throw `CommandError`. */
  readonly open: (options: GlobalOptions) => Databases;
  readonly input: NodeJS.ReadableStream;
  readonly output: Output;
}

/** `acoustid moderation …`: changes of tracks and links, tried, done, undone and looked up. */
export function registerModeration(program: Command, commands: ModerationCommands): void {
  const moderation = program
    .command('moderation')
    .description('acts on tracks and links, each with its undo');
  registerActs(moderation, commands);
  registerLog(moderation, commands);
}

function registerActs(moderation: Command, { input, open, output }: ModerationCommands): void {
  moderation
    .command('preview [act]')
    .description('what an act (JSON, or on standard input) would change; changes nothing')
    .option('--account <id>', 'whose act it would be')
    .action(async (json: string | undefined, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ByOptions>();
      const by = byOf({ ...options, note: PREVIEW_NOTE });
      const act = await readAct(json, input);
      await using databases = open(options);
      const preview = await explained(previewAct(partsOf(databases), act, by));
      output.result(options.json, preview, describe(preview.changes));
    });
  moderation
    .command('apply [act]')
    .description('do an act (JSON, or on standard input), all of it or nothing')
    .requiredOption('--note <why>', 'why it is done')
    .option('--account <id>', 'whose act it is')
    .action(async (json: string | undefined, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ByOptions>();
      const by = byOf(options);
      const act = await readAct(json, input);
      await using databases = open(options);
      const applied = await explained(applyAct(partsOf(databases), act, by));
      output.result(options.json, applied, sentenceOf(applied));
    });
  moderation
    .command('undo <id>')
    .description('undo an act; undoing that does it again')
    .requiredOption('--note <why>', 'why it is undone')
    .option('--account <id>', 'whose act it is')
    .action(async (text: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ByOptions>();
      const id = readId(text);
      const by = byOf(options);
      await using databases = open(options);
      const applied = await explained(undoAct(partsOf(databases), id, by));
      output.result(options.json, applied, sentenceOf(applied));
    });
}

function registerLog(moderation: Command, { open, output }: ModerationCommands): void {
  moderation
    .command('log')
    .description('acts, newest first')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(ACT_KINDS))
    .option('--track <id>', 'only those that concerned this track')
    .option('--account <id>', 'only those of this account')
    .option('--before <id>', 'only older ones than this act')
    .option('--limit <number>', 'so many at most', LOG_LIMIT)
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<LogOptions>();
      const idOf = (text: string | undefined): number | undefined =>
        text === undefined ? undefined : readId(text);
      const filters = {
        kinds: options.kind === undefined ? undefined : [options.kind],
        trackId: idOf(options.track),
        accountId: idOf(options.account),
      };
      const page = { before: idOf(options.before), limit: idOf(options.limit) };
      await using databases = open(options);
      const result = await listActs(databases.app.pool, filters, page);
      const rows = result.acts.map((act) => [
        String(act.id),
        act.created.toISOString(),
        act.kind,
        act.account_name ?? '-',
        act.undone_by === null ? '' : `undone by ${act.undone_by}`,
        act.note,
      ]);
      const headings = ['id', 'time', 'kind', 'account', 'state', 'note'];
      output.result(options.json, result, table(headings, rows));
    });
  moderation
    .command('show <id>')
    .description('the rows that an act changed, as they were and as it left them')
    .action(async (text: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<GlobalOptions>();
      const id = readId(text);
      await using databases = open(options);
      const changes = await explained(listActChanges(databases.fingerprint.pool, id));
      output.result(options.json, { id, changes }, describe(changes));
    });
}

function partsOf({ app, fingerprint }: Databases): ModerationParts {
  return { app: app.pool, fingerprint: fingerprint.pool };
}

async function readAct(json: string | undefined, input: NodeJS.ReadableStream): Promise<Act> {
  const text = json ?? (await readAll(input));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CommandError('The act is not JSON.', { cause: error });
  }
  const parsed = actSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new CommandError(`That is no act: ${issuesOf(parsed.error)}.`);
}

function byOf({ account, note }: ByOptions): { accountId: number | null; note: string } {
  const parsed = noteSchema.safeParse(note);
  if (!parsed.success) {
    throw new CommandError(`A note has 1 to ${NOTE_LENGTH_MAX} characters.`);
  }
  return { accountId: account === undefined ? null : readId(account), note: parsed.data };
}

function issuesOf(error: z.ZodError): string {
  return error.issues
    .map(({ message, path }) => (path.length === 0 ? message : `${path.join('.')}: ${message}`))
    .join('; ');
}

/** The result, or why there is none in words for a person. */
async function explained<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const text = refusalText(error);
    if (text === undefined) throw error;
    throw new CommandError(`${text}. Nothing has been changed.`, { cause: error });
  }
}

function refusalText(error: unknown): string | undefined {
  if (isRefusal(error, 'act_refused')) return error.details.text;
  if (isRefusal(error, 'act_not_found')) return `there is no act ${error.details.act}`;
  if (!isRefusal(error, 'act_conflict')) return undefined;
  return error.details.conflicts.map(({ text }) => text).join('; ');
}

function sentenceOf({ counts, id, listed }: AppliedAct): string {
  const changes = Object.entries(counts).map(([name, count]) => `${count} of ${name}`);
  const later = listed ? '' : ' It will be listed once the app database is back.';
  return `Act ${id} is done: rows changed: ${changes.join(', ')}.${later}`;
}

function describe(changes: readonly RowChange[]): string {
  const rows = changes.map(({ after, before, id, table: name }) => [
    name,
    String(id),
    before ? JSON.stringify(before) : '(made)',
    after ? JSON.stringify(after) : '(deleted)',
  ]);
  return table(['table', 'id', 'before', 'after'], rows);
}
