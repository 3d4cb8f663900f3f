/** A thread that has had nothing to do for this long ends: its heap is worth more than its start. */
const IDLE_MS = 5000;

/** Calls `end` once nothing has been touched for a while. Keeps no process alive. */
export class IdleTimer {
  readonly #end: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(end: () => void) {
    this.#end = end;
  }

  start(): void {
    this.stop();
    this.#timer = setTimeout(this.#end, IDLE_MS).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}
