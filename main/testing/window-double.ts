/** Windows and what is in them, for tests. */
import { EventEmitter } from 'node:events';
import type {
  BrowserWindowConstructorOptions,
  HandlerDetails,
  Rectangle,
  WindowOpenHandlerResponse,
} from 'electron';
import type { ContentsPart, Preventable, WindowPart } from '../electron-parts.ts';

/** An event a test sends, and whether it was prevented. */
export class TestEvent implements Preventable {
  isPrevented = false;

  preventDefault(): void {
    this.isPrevented = true;
  }
}

export class ContentsDouble extends EventEmitter implements ContentsPart {
  url = '';
  reloads = 0;
  readonly sent: { readonly channel: string; readonly args: unknown[] }[] = [];
  openHandler: ((details: HandlerDetails) => WindowOpenHandlerResponse) | undefined;

  setWindowOpenHandler(handler: (details: HandlerDetails) => WindowOpenHandlerResponse): void {
    this.openHandler = handler;
  }

  send(channel: string, ...args: unknown[]): void {
    this.sent.push({ channel, args });
  }

  reload(): void {
    this.reloads += 1;
  }

  getURL(): string {
    return this.url;
  }

  isDestroyed(): boolean {
    return false;
  }

  /** The page, or whoever is on it, wants to go there. Returns whether it may. */
  navigate(url: string): boolean {
    const event = Object.assign(new TestEvent(), { url });
    this.emit('will-frame-navigate', event);
    return !event.isPrevented;
  }
}

export class WindowDouble extends EventEmitter implements WindowPart {
  readonly webContents = new ContentsDouble();
  readonly options: BrowserWindowConstructorOptions;
  bounds: Rectangle = { x: 10, y: 20, width: 1280, height: 860 };
  isHidden = true;
  isGone = false;
  isMax = false;
  isMin = false;
  readonly loaded: string[] = [];

  constructor(options: BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }

  async loadURL(url: string): Promise<void> {
    this.loaded.push(url);
    this.webContents.url = url;
  }

  show(): void {
    this.isHidden = false;
  }

  hide(): void {
    this.isHidden = true;
  }

  focus(): void {
    this.isHidden = false;
  }

  restore(): void {
    this.isMin = false;
  }

  maximize(): void {
    this.isMax = true;
  }

  destroy(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.emit('closed');
  }

  isMinimized(): boolean {
    return this.isMin;
  }

  isMaximized(): boolean {
    return this.isMax;
  }

  isVisible(): boolean {
    return !this.isHidden;
  }

  isDestroyed(): boolean {
    return this.isGone;
  }

  getNormalBounds(): Rectangle {
    return this.bounds;
  }

  /** What the person does with the button of the window. Returns whether it closed. */
  close(): boolean {
    const event = new TestEvent();
    this.emit('close', event);
    if (!event.isPrevented) this.destroy();
    return !event.isPrevented;
  }
}
