import type { ElectronParts } from './electron-parts.ts';
import type { ServiceName } from './services/service.ts';
import type { ServiceStatus } from './services/supervised.ts';
import type { Texts } from './texts.ts';

export interface NotifierOptions {
  readonly electron: Pick<ElectronParts, 'Notification'>;
  readonly texts: Texts;
  /** Whether the person wants to be told. */
  readonly isWanted: () => boolean;
  readonly open: () => void;
}

/** Tells a person what needs one, and nothing else. A click opens the window. */
export class Notifier {
  readonly #options: NotifierOptions;
  readonly #failed = new Set<ServiceName>();

  constructor(options: NotifierOptions) {
    this.#options = options;
  }

  /** A service that has failed stays so until somebody comes; it is told once. */
  serviceChanged({ name, state }: Pick<ServiceStatus, 'name' | 'state'>): void {
    const { texts } = this.#options;
    if (state !== 'failed') {
      if (state === 'ready') this.#failed.delete(name);
      return;
    }
    if (this.#failed.has(name)) return;
    this.#failed.add(name);
    this.tell(texts.failed, texts.failedDetail(name));
  }

  tell(title: string, body: string): void {
    const { electron, isWanted, open } = this.#options;
    if (!isWanted() || !electron.Notification.isSupported()) return;
    const notification = new electron.Notification({ title, body });
    notification.on('click', open);
    notification.show();
  }
}
