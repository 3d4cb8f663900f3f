import { z } from 'zod';
import type { ElectronParts, CallPart } from '../electron-parts.ts';
import { ApplianceError, messageOf } from '../errors.ts';
import type { Log } from '../log.ts';
import { callChannelOf, OPERATION_NAMES } from './channels.ts';
import { OPERATIONS } from './contract.ts';
import type { Answer, Input, OperationName, Output } from './contract.ts';

/** One function per operation; an `ApplianceError` is a refusal that the page shows as it is. */
export type Handlers = {
  readonly [K in OperationName]: (input: Input<K>) => Promise<Output<K>>;
};

export interface Binding {
  readonly ipcMain: ElectronParts['ipcMain'];
  readonly handlers: Handlers;
  /** Whether a page of this address may call at all. */
  readonly isOurs: (url: string) => boolean;
  readonly log: () => Pick<Log, 'error' | 'warn'> | undefined;
}

/**
 * Binds the whole contract. A call is answered when it comes from the main frame of a page of ours
 * and its input is as the contract says; everything else is refused, and said in the log.
 */
export function bindHandlers(binding: Binding): void {
  for (const name of OPERATION_NAMES) {
    binding.ipcMain.handle(callChannelOf(name), async (event, input) =>
      answer(binding, name, { event, input }),
    );
  }
}

async function answer<K extends OperationName>(
  { handlers, isOurs, log }: Binding,
  name: K,
  { event, input }: { readonly event: CallPart; readonly input: unknown },
): Promise<Answer<K>> {
  // A frame that navigated away or is gone has no address; one inside another is never ours.
  const { senderFrame } = event;
  if (senderFrame === null || senderFrame.parent !== null || !isOurs(senderFrame.url)) {
    log()?.warn({ operation: name, url: senderFrame?.url }, 'call from a page that is not ours');
    return { ok: false, error: 'refused' };
  }
  const { input: inputSchema, output: outputSchema } = OPERATIONS[name];
  const read = inputSchema.safeParse(input);
  if (!read.success) return { ok: false, error: z.prettifyError(read.error) };
  try {
    // The schemas of one name are those its handler is typed by, which the compiler cannot follow.
    const value = await handlers[name](read.data as Input<K>);
    return { ok: true, value: outputSchema.parse(value) as Output<K> };
  } catch (error) {
    if (!(error instanceof ApplianceError)) {
      log()?.error({ operation: name, error: messageOf(error) }, 'operation failed');
    }
    return { ok: false, error: messageOf(error) };
  }
}
