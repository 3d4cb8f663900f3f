import type { Response } from 'express';

/** The pages of what has no other form: unknown paths, unreadable bodies, moved addresses. */
const PAGES = {
  400: {
    title: 'Bad Request',
    text: 'The browser (or proxy) sent a request that this server could not understand.',
  },
  404: {
    title: 'Not Found',
    text: 'The requested URL was not found on the server. If you entered the URL manually please check your spelling and try again.',
  },
} as const;

/** NOTE: the words are upstream's; they are what clients and recordings of it have. */
export function renderPage(response: Response, status: keyof typeof PAGES): void {
  const { text, title } = PAGES[status];
  send(response, status, `${status} ${title}`, [`<h1>${title}</h1>`, `<p>${text}</p>`]);
}

/** A permanent redirect that keeps method and body. `target` is a path with its query. */
export function renderRedirect(response: Response, target: string): void {
  const link = escapeHtml(target);
  response.setHeader('Location', target);
  send(response, 308, 'Redirecting...', [
    '<h1>Redirecting...</h1>',
    `<p>You should be redirected automatically to the target URL: <a href="${link}">${link}</a>. If not, click the link.`,
  ]);
}

function send(response: Response, status: number, title: string, lines: readonly string[]): void {
  response.status(status).setHeader('Content-Type', 'text/html; charset=utf-8');
  const head = ['<!doctype html>', '<html lang=en>', `<title>${title}</title>`];
  response.end(`${[...head, ...lines].join('\n')}\n`);
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;');
}
