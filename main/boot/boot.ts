/** Draws the boot page whenever the appliance changes. All words come from `view.ts`. */
import type { Life, Shell } from '../ipc/contract.ts';
import { languageOf, viewOf } from './view.ts';
import type { Row } from './view.ts';

/** The DOM as far as it is used: only the renderer's own compiler knows browsers. */
interface PageElement {
  textContent: string | null;
  className: string;
  hidden: boolean;
  lang: string;
  setAttribute(name: string, value: string): void;
  append(...children: PageElement[]): void;
  replaceChildren(...children: PageElement[]): void;
  addEventListener(event: 'click', listener: () => void): void;
}

interface Page {
  readonly acoustid: Shell;
  readonly document: {
    title: string;
    readonly documentElement: PageElement;
    getElementById(id: string): PageElement | null;
    createElement(tag: string): PageElement;
  };
  readonly navigator: { readonly languages: readonly string[] };
}

// What a browser has, and what the preload script added.
const { acoustid, document, navigator } = globalThis as unknown as Page;
const language = languageOf(navigator.languages);

function start(): void {
  document.documentElement.lang = language;
  element('retry').addEventListener('click', () => void acoustid.call('retry'));
  element('logs').addEventListener('click', () => void acoustid.call('open-logs'));
  element('quit').addEventListener('click', () => void acoustid.call('quit'));
  acoustid.on('life', draw);
  void drawNow();
}

async function drawNow(): Promise<void> {
  const answer = await acoustid.call('life');
  if (answer.ok) draw(answer.value);
}

function draw(life: Life): void {
  const view = viewOf(life, language);
  document.title = view.heading;
  say('heading', view.heading);
  say('lead', view.lead);
  say('progress-text', view.progress);
  const progress = element('progress');
  progress.setAttribute('max', String(view.total));
  progress.setAttribute('value', String(view.done));
  element('parts').replaceChildren(...view.rows.map(drawRow));
  element('trouble').hidden = view.hint === undefined;
  say('error', view.error ?? '');
  say('hint', view.hint ?? '');
  element('retry').hidden = !view.canRetry;
  say('retry', view.buttons.retry);
  say('logs', view.buttons.logs);
  say('quit', view.buttons.quit);
  element('actions').hidden = life.phase === 'stopping' || life.phase === 'stopped';
}

function drawRow({ about, line, state, title, tone }: Row): PageElement {
  const row = make('li', `part ${tone}`);
  const mark = make('span', 'mark');
  mark.setAttribute('aria-hidden', 'true');
  const names = make('div', 'names');
  names.append(make('strong', '', title), make('span', 'about', about));
  const last = make('code', 'line', line);
  last.setAttribute('title', line);
  row.append(mark, names, make('span', 'state', state), last);
  return row;
}

function make(tag: string, className: string, text = ''): PageElement {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function say(id: string, text: string): void {
  const place = element(id);
  // What is read out is said again at every change, so only a change may be one.
  if (place.textContent !== text) place.textContent = text;
}

function element(id: string): PageElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

start();
