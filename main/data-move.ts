import { open, rename, rm } from 'node:fs/promises';
import type { ApplianceLife } from './appliance-life.ts';
import { assertMovable, copyDataFolder, dropCopy } from './data-folder-move.ts';
import { ApplianceError, messageOf } from './errors.ts';
import type { MoveProgress } from './ipc/contract.ts';

export interface DataMoveOptions {
  readonly life: Pick<ApplianceLife, 'anew' | 'state'>;
  /** `<place>.moved-to`, which names the data folder from then on. */
  readonly pointerFile: string;
  readonly onProgress: (progress: MoveProgress) => void;
}

class Cancelled extends Error {}

/** One move of the data folder at a time: stops everything, copies, swings the pointer, starts. */
export class DataMove {
  readonly #options: DataMoveOptions;
  #cancelling: AbortController | undefined;

  constructor(options: DataMoveOptions) {
    this.#options = options;
  }

  cancel(): void {
    this.#cancelling?.abort(new Cancelled('the move was cancelled'));
  }

  /**
   * Moves `from` to `to`; resolves with how it ended. Whatever goes wrong, the appliance runs from
   * the old folder again afterwards. Throws `ApplianceError` when another move is under way.
   */
  async run(from: string, to: string, { keepOld }: { keepOld: boolean }): Promise<MoveProgress> {
    if (this.#cancelling) throw new ApplianceError('The data folder is being moved already.');
    const cancelling = new AbortController();
    this.#cancelling = cancelling;
    let progress: MoveProgress = { step: 'measuring', doneBytes: 0, totalBytes: 0, from, to };
    const tell = (change: Partial<MoveProgress>): MoveProgress => {
      progress = { ...progress, ...change };
      this.#options.onProgress(progress);
      return progress;
    };
    try {
      tell({ totalBytes: await assertMovable(from, to) });
      await this.#move({ from, to, signal: cancelling.signal }, tell);
      if (!keepOld) await rm(from, { recursive: true, force: true });
      return tell({ step: 'done' });
    } catch (error) {
      if (error instanceof Cancelled) {
        await dropCopy(to);
        return tell({ step: 'cancelled' });
      }
      return tell({ step: 'failed', error: messageOf(error) });
    } finally {
      this.#cancelling = undefined;
    }
  }

  async #move(
    { from, signal, to }: { from: string; to: string; signal: AbortSignal },
    tell: (change: Partial<MoveProgress>) => void,
  ): Promise<void> {
    const { life, pointerFile } = this.#options;
    tell({ step: 'stopping' });
    const runs = await life.anew(async () => {
      await copyDataFolder({
        from,
        to,
        signal,
        onProgress: (step, doneBytes, totalBytes) => tell({ step, doneBytes, totalBytes }),
      });
      // From here on the copy is whole and compared, and a cancel comes too late.
      tell({ step: 'starting' });
      await writePointer(pointerFile, to);
    });
    if (runs) return;
    const reason = life.state().error ?? 'no reason was given';
    await life.anew(async () => await writePointer(pointerFile, from));
    throw new ApplianceError(`It does not start from ${to}: ${reason} It runs from ${from} again.`);
  }
}

async function writePointer(file: string, folder: string): Promise<void> {
  const fresh = await open(`${file}.new`, 'w', 0o644);
  try {
    await fresh.writeFile(`${folder}\n`);
    await fresh.sync();
  } finally {
    await fresh.close();
  }
  await rename(`${file}.new`, file);
}
