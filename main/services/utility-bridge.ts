import type { EventEmitter } from 'node:events';

/** Electron's `process.parentPort`, as far as it is used. */
export interface UtilityPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
}

/** `process`, as far as a module of ours talks to its parent by it. */
export type Bridged = EventEmitter & Pick<NodeJS.Process, 'argv' | 'connected' | 'send'>;

/**
 * Gives a utility process the channel that `child_process.fork` gives a child: `process.send` and
 * the event `message`. So a module runs unchanged in either. Takes the module's path off the
 * command line, where the module would not expect it, and returns it.
 */
export function bridgeToParent(target: Bridged, port: UtilityPort): string {
  const [executable = '', , modulePath = '', ...args] = target.argv;
  target.argv = [executable, modulePath, ...args];
  target.send = (message: unknown) => {
    port.postMessage(message);
    return true;
  };
  target.connected = true;
  port.on('message', ({ data }) => target.emit('message', data, undefined));
  return modulePath;
}
