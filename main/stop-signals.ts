/**
 * Ctrl-C reaches us from the terminal and once more from the wrapper and from npm, which pass on
 * what they get. A second signal this soon after the first is the same wish.
 */
export const SAME_WISH_MS = 500;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface StopHandlers {
  /** The first signal: stop in good order. */
  readonly stop: () => void;
  /** Another one: the person does not want to wait. */
  readonly kill: () => void;
}

/** Listens for the signals that mean "stop"; returns what ends the listening. */
export function onStopSignals(
  handlers: StopHandlers,
  now: () => number = () => performance.now(),
  source: NodeJS.EventEmitter = process,
): () => void {
  let firstAt: number | undefined;
  const onSignal = (): void => {
    if (firstAt === undefined) {
      firstAt = now();
      handlers.stop();
    } else if (now() - firstAt > SAME_WISH_MS) {
      handlers.kill();
    }
  };
  for (const signal of SIGNALS) source.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) source.off(signal, onSignal);
  };
}
