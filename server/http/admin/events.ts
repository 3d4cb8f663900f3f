import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import type { Context } from '../../context.ts';
import { isUnavailable } from '../../errors.ts';
import { AdminError } from './admin-error.ts';
import { admitAsker, answerFailures, guardPages } from './admin-api.ts';
import { liveEvents } from './contract/dashboard.ts';

export const EVENTS_PATH = '/api/admin/events';

/** Pages that are open at the same time; a browser tab is one. */
const LISTENERS_MAX = 64;
const TICK_MS = 1000;
/** A proxy between us ends what is silent for longer than half a minute or so. */
const HEARTBEAT_TICKS = 15;
/** How often the dearer facts are looked at. */
const FACTS_TICKS = 3;
/** A page that takes nothing any more is let go at so much. */
const BEHIND_BYTES_MAX = 256 * 1024;

type EventName = keyof typeof liveEvents;

interface Listener {
  readonly response: Response;
  /** Rejects when this person may not listen any more. */
  readonly admit: () => Promise<unknown>;
}

/**
 * `GET /api/admin/events`: server-sent events for administrators. `services` and `attention` at
 * every change and at the beginning, `metrics` once a second. Ends when the server does.
 */
export function eventStream(
  context: Context,
  isStopping: () => boolean,
): (RequestHandler | ErrorRequestHandler)[] {
  const hub = new EventHub(context, isStopping);
  return [
    guardPages(),
    async (request: Request, response: Response) => {
      const admit = (): Promise<unknown> => admitAsker(context, { request, response }, 'admin');
      await admit();
      hub.add({ response, admit });
    },
    answerFailures(context),
  ];
}

/** All who listen, and the one clock for them; it stands still when there is nobody. */
class EventHub {
  readonly #context: Context;
  readonly #isStopping: () => boolean;
  readonly #listeners = new Set<Listener>();
  readonly #said = new Map<EventName, string>();
  #timer: NodeJS.Timeout | undefined;
  #unwatch: (() => void) | undefined;
  #ticks = 0;

  constructor(context: Context, isStopping: () => boolean) {
    this.#context = context;
    this.#isStopping = isStopping;
  }

  add(listener: Listener): void {
    if (this.#listeners.size >= LISTENERS_MAX) {
      throw new AdminError('too_many_attempts', 'too many pages listen; close some');
    }
    const { response } = listener;
    response.status(200);
    response.setHeader('Content-Type', 'text/event-stream');
    // Proxies of the nginx kind would keep it all back until the end.
    response.setHeader('X-Accel-Buffering', 'no');
    response.flushHeaders();
    response.write('retry: 1000\n\n');
    for (const text of this.#said.values()) response.write(text);
    this.#listeners.add(listener);
    response.once('close', () => this.#remove(listener));
    this.#start();
  }

  #start(): void {
    if (this.#timer) return;
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
    this.#unwatch = this.#context.live.services.watch(() => void this.#sayFacts());
    void this.#sayFacts();
  }

  #remove(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#unwatch?.();
    this.#said.clear();
  }

  #tick(): void {
    if (this.#isStopping()) {
      for (const { response } of this.#listeners) response.end();
      return;
    }
    this.#ticks += 1;
    const { pulse } = this.#context.live;
    this.#write(textOf('metrics', { second: pulse.last(), lookups: pulse.summary() }));
    if (this.#ticks % FACTS_TICKS === 0) void this.#sayFacts();
    if (this.#ticks % HEARTBEAT_TICKS !== 0) return;
    this.#write(': still here\n\n');
    for (const listener of this.#listeners) void this.#admitAgain(listener);
  }

  async #sayFacts(): Promise<void> {
    try {
      const { attention, services } = await this.#context.live.overview();
      this.#sayIfNew('services', [...services]);
      this.#sayIfNew('attention', [...attention]);
    } catch (error) {
      this.#context.log.error({ err: error }, 'live facts not read');
    }
  }

  #sayIfNew<Name extends EventName>(name: Name, value: z.input<(typeof liveEvents)[Name]>): void {
    const text = textOf(name, value);
    if (this.#said.get(name) === text) return;
    this.#said.set(name, text);
    this.#write(text);
  }

  /** Whoever has signed out since hears no more. That nobody can tell just now changes nothing. */
  async #admitAgain({ admit, response }: Listener): Promise<void> {
    try {
      await admit();
    } catch (error) {
      if (!isUnavailable(error)) response.end();
    }
  }

  #write(text: string): void {
    for (const { response } of this.#listeners) {
      if (response.writableLength > BEHIND_BYTES_MAX) response.destroy();
      else response.write(text);
    }
  }
}

function textOf<Name extends EventName>(
  name: Name,
  value: z.input<(typeof liveEvents)[Name]>,
): string {
  return `event: ${name}\ndata: ${JSON.stringify(liveEvents[name].parse(value))}\n\n`;
}
