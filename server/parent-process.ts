/** The supervisor as this process sees it: somebody to report to, and to obey. */
export interface Parent {
  send(message: object): void;
  /** Calls back with everything the parent sends. */
  onMessage(listener: (message: unknown) => void): void;
  /** Calls back once the parent asks for a stop, or is gone. */
  onStop(stop: () => void): void;
}

/** The parent that forked us, if one did. A parent that dies takes its appliance with it. */
export function parentOf(child: NodeJS.Process): Parent | undefined {
  if (!child.send) return undefined;
  return {
    send: (message) => {
      // Not there any more once the parent has gone.
      if (child.connected) child.send?.(message);
    },
    onMessage: (listener) => {
      child.on('message', listener);
    },
    onStop: (stop) => {
      child.on('message', (message) => {
        if (isShutdown(message)) stop();
      });
      child.once('disconnect', stop);
    },
  };
}

function isShutdown(message: unknown): boolean {
  return (
    typeof message === 'object' &&
    message !== null &&
    'type' in message &&
    message.type === 'shutdown'
  );
}
