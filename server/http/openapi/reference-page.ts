import { escapeHtml } from '../pages.ts';
import { METHOD_DOCS, parametersOf } from './document.ts';
import { CODES, GROUPS } from './method-doc.ts';
import type { Group, MethodDoc, ParameterDoc } from './method-doc.ts';
import { THIRD_PATHS } from './third-paths.ts';

const GROUP_NAMES = Object.keys(GROUPS) as Group[];

/** The reference for people: one static page, without script, from the same descriptions. */
export function referencePage(): string {
  const groups = GROUP_NAMES.map((group) => ({
    group,
    docs: METHOD_DOCS.filter((doc) => doc.group === group),
  })).filter(({ docs }) => docs.length > 0);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>AcoustID web service</title>
<link rel="stylesheet" href="/docs/api.css">
</head>
<body>
<nav>
<h2>Methods</h2>
${groups.map(({ docs, group }) => navigation(GROUPS[group], docs)).join('\n')}
<h3>${GROUPS.third}</h3>
<ul>${Object.keys(THIRD_PATHS)
    .map((path) => `<li><a href="#third"><code>${path}</code></a></li>`)
    .join('')}</ul>
</nav>
<main>
<h1>AcoustID web service</h1>
<p>Every method takes GET and POST. Values of the query string come before those of the form; a form
may be compressed with gzip. The same, for machines: <a href="/v2/openapi.json">openapi.json</a>.</p>
${groups.map(({ docs, group }) => section(GROUPS[group], docs)).join('\n')}
${thirdSection()}
${codesSection()}
</main>
</body>
</html>
`;
}

function navigation(title: string, docs: readonly MethodDoc[]): string {
  const links = docs.map(
    ({ path }) => `<li><a href="#${idOf(path)}"><code>${path}</code></a></li>`,
  );
  return `<h3>${escapeHtml(title)}</h3>\n<ul>${links.join('')}</ul>`;
}

function section(title: string, docs: readonly MethodDoc[]): string {
  return `<h2>${escapeHtml(title)}</h2>\n${docs.map(article).join('\n')}`;
}

function article(doc: MethodDoc): string {
  const { about, answer, codes, group, path, summary } = doc;
  const example = JSON.stringify({ ...answer, status: 'ok' }, null, 2);
  const shown = group === 'first' ? '' : `<pre>${escapeHtml(example)}</pre>`;
  return `<article id="${idOf(path)}">
<h3><code>${path}</code></h3>
<p><strong>${escapeHtml(summary)}.</strong> ${escapeHtml(about)}</p>
<table>
<thead><tr><th>parameter</th><th>type</th><th>meaning</th></tr></thead>
<tbody>${parametersOf(doc).map(row).join('')}</tbody>
</table>
${shown}
<p>Codes of its own: ${codes.length === 0 ? 'none' : codes.map(codeLink).join(', ')}.</p>
</article>`;
}

function row({ about, indexed, name, repeated, required, type }: ParameterDoc): string {
  const notes = [
    ...(required === true ? ['<em>required</em>'] : []),
    ...(repeated === true ? ['repeatable'] : []),
  ];
  const suffix = indexed === true ? '<span>[.N]</span>' : '';
  const meaning = [escapeHtml(about), ...notes].join('; ');
  return `<tr><td><code>${name}</code>${suffix}</td><td>${type}</td><td>${meaning}</td></tr>`;
}

function thirdSection(): string {
  const rows = Object.entries(THIRD_PATHS).flatMap(([path, item]) =>
    Object.entries(item).map(
      ([method, { summary }]) =>
        `<tr><td><code>${method.toUpperCase()} ${path}</code></td><td>${escapeHtml(summary)}</td></tr>`,
    ),
  );
  return `<h2 id="third">${GROUPS.third}</h2>
<p>Keys come in the headers <code>X-App-Key</code> and <code>X-User-Key</code>, the rest as JSON.</p>
<table><tbody>${rows.join('')}</tbody></table>`;
}

function codesSection(): string {
  const rows = Object.entries(CODES).map(
    ([code, text]) => `<tr id="code-${code}"><td>${code}</td><td>${escapeHtml(text)}</td></tr>`,
  );
  return `<h2>Codes of refusals</h2>
<p>A refusal is <code>{"status": "error", "error": {"code": …, "message": …}}</code>.</p>
<table><tbody>${rows.join('')}</tbody></table>`;
}

function codeLink(code: number): string {
  return `<a href="#code-${code}" title="${escapeHtml(CODES[code] ?? '')}">${code}</a>`;
}

function idOf(path: string): string {
  return path.slice(1).replaceAll('/', '-');
}

export const REFERENCE_STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 76rem; display: grid; grid-template-columns: 19rem 1fr; gap: 2rem; padding: 1rem; }
nav { position: sticky; top: 1rem; align-self: start; max-height: 96vh; overflow: auto; font-size: 0.875rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav h3 { margin: 1rem 0 0.25rem; font-size: 0.875rem; }
a { color: LinkText; text-decoration: none; }
a:hover { text-decoration: underline; }
article { border-top: 1px solid color-mix(in srgb, CanvasText 15%, Canvas); padding: 0.5rem 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.75rem 0.25rem 0; border-bottom: 1px solid color-mix(in srgb, CanvasText 10%, Canvas); }
td:first-child { white-space: nowrap; }
pre { padding: 0.75rem; overflow: auto; border-radius: 6px; background: color-mix(in srgb, CanvasText 6%, Canvas); }
@media (max-width: 56rem) { body { display: block; } nav { position: static; max-height: none; } }
`;
