/** What other sites, and people with bad intentions, try through the browser of an administrator. */
import { once } from 'node:events';
import { createServer, request as rawRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { paths } from '../renderer/paths.ts';
import { ADMINISTRATOR, expect, test } from './fixtures.ts';
import type { Stage } from './fixtures.ts';

/** Texts that do something when a page takes them for more than texts. */
const HOSTILE = [
  '<script>window.broken = 1</script>',
  '<img src=x onerror="window.broken = 1">',
  '"><svg onload="window.broken = 1">',
  'javascript:window.broken=1',
  '\u202Egpj.exe {window.broken}',
] as const;

/** Every address of the menu and besides; one the public API has taken would answer as an API. */
const PAGES = [
  ...Object.values(paths).filter((path) => typeof path === 'string'),
  paths.track('00000000-0000-4000-8000-000000000000'),
  paths.compare(1, 2),
  '/no/such/page',
];

/** Another site, on another port of this machine, with a page of this HTML. */
async function startSite(html: string): Promise<{ address: string } & AsyncDisposable> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}/`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Asks with a path just as it is written, which browsers and fetch would tidy up. */
async function askRaw(
  stage: Stage,
  path: string,
): Promise<{ status: number; headers: IncomingHttpHeaders; text: string }> {
  const { hostname: host, port } = new URL(stage.appliance.api);
  return await new Promise((resolve, reject) => {
    rawRequest({ host, port, path }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    })
      .on('error', reject)
      .end();
  });
}

async function countAccounts({ databases }: Stage): Promise<number> {
  const { rows } = await databases.app.pool.query<{ count: number }>(
    'select count(*)::int as count from account',
  );
  return rows[0]?.count ?? 0;
}

test('every page forbids frames, foreign scripts and inline ones', async ({ admin }) => {
  for (const path of PAGES) {
    const response = await admin.request.get(path, { headers: { accept: 'text/html' } });
    const policy = response.headers()['content-security-policy'] ?? '';
    expect(policy, path).toContain("default-src 'self'");
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy, path).toContain("object-src 'none'");
    expect(policy, path).toContain("base-uri 'none'");
    expect(policy, path).not.toContain('unsafe');
    expect(response.headers()['access-control-allow-origin']).toBeUndefined();
  }
});

test('another site cannot show our pages in a frame', async ({ context, stage }) => {
  await using site = await startSite(`<iframe src="${stage.appliance.api}/login"></iframe>`);
  const page = await context.newPage();
  await page.goto(site.address);
  const [, frame] = page.frames();
  await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/);
});

test('another site changes and reads nothing with the cookie of an administrator', async ({
  admin,
  stage,
}) => {
  const before = await countAccounts(stage);
  const api = `${stage.appliance.api}/api/admin`;
  const body = JSON.stringify({ name: 'Eve', mbuser: null, isAdmin: true });
  await using site = await startSite(`
    <form method="post" action="${api}/accounts" enctype="text/plain">
      <input name='{"name":"Eve","mbuser":null,"isAdmin":true,"x":"' value='"}'>
      <button>Win a prize</button>
    </form>`);
  await admin.goto(site.address);
  const outcomes = await admin.evaluate(
    async ({ api, body }) => {
      const tries: [string, RequestInit][] = [
        [`${api}/session`, {}],
        [`${api}/sessions`, { mode: 'no-cors' }],
        [`${api}/accounts`, { method: 'POST', body }],
        [`${api}/accounts`, { method: 'POST', body, mode: 'no-cors' }],
        [
          `${api}/accounts`,
          { method: 'POST', body, headers: { 'content-type': 'application/json' } },
        ],
        [`${api}/session`, { method: 'DELETE' }],
      ];
      const read = [];
      for (const [url, init] of tries) {
        try {
          const response = await fetch(url, { credentials: 'include', ...init });
          read.push(await response.text());
        } catch {
          read.push('');
        }
      }
      return read;
    },
    { api, body },
  );
  // Nothing of any answer may be seen there, not even that of a refusal.
  expect(outcomes).toEqual(['', '', '', '', '', '']);
  const answered = admin.waitForResponse(`${api}/accounts`);
  await admin.getByRole('button', { name: 'Win a prize' }).click();
  expect((await answered).status()).toBe(403);
  expect(await countAccounts(stage)).toBe(before);
  await admin.goto('/profile');
  await expect(admin.getByRole('button', { name: 'Account: Anna' })).toBeVisible();
});

test('a session somebody else has put there is not the one that signs in', async ({
  context,
  stage,
  visitor,
}) => {
  const planted = 'A'.repeat(43);
  await context.addCookies([
    { name: 'acoustid_session', value: planted, url: stage.appliance.api },
  ]);
  await visitor.goto('/login');
  await visitor.getByLabel('Name').fill(ADMINISTRATOR.name);
  await visitor.getByRole('textbox', { name: 'Password' }).fill(ADMINISTRATOR.password);
  await visitor.getByRole('button', { name: 'Sign in' }).click();
  await expect(visitor.getByRole('button', { name: 'Account: Anna' })).toBeVisible();
  const cookie = (await context.cookies()).find(({ name }) => name === 'acoustid_session');
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax' });
  expect(cookie?.value).not.toBe(planted);
  const { status } = await fetch(`${stage.appliance.api}/api/admin/sessions`, {
    headers: { cookie: `acoustid_session=${planted}` },
  });
  expect(status).toBe(401);
});

test('line ends in addresses put no headers into answers', async ({ stage }) => {
  const injected = '%0d%0aSet-Cookie:%20evil=1%0d%0a%0d%0a<script>';
  for (const path of [
    `/${injected}`,
    `/v2/lookup/${injected}/`,
    `/v2/lookup?client=x&format=jsonp&jsoncallback=${injected}`,
    `/api/admin/tracks?q=${injected}`,
    `/api/admin/sessions/${injected}`,
    `/login?to=${injected}`,
    `//${injected}`,
  ]) {
    const { headers, status } = await askRaw(stage, path);
    expect(headers['set-cookie'], path).toBeUndefined();
    expect(status, path).toBeLessThan(500);
  }
});

test('no way leads from the pages to other files', async ({ stage }) => {
  for (const path of [
    '/../package.json',
    '/..%2fpackage.json',
    '/assets/../../../package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/%00/package.json',
    '//etc/passwd',
    '/assets/..%2f..%2f..%2f..%2f..%2f..%2f..%2fetc%2fpasswd',
  ]) {
    const { status, text } = await askRaw(stage, path);
    expect(text, path).not.toContain('"version"');
    expect(text, path).not.toContain('root:');
    expect(status, path).toBeLessThan(500);
  }
});

/** Submits a song whose every text is hostile; the administrator's pages then show it. */
async function submitHostile({ databases }: Stage): Promise<string> {
  const { app, fingerprint } = databases;
  for (const [at, text] of HOSTILE.entries()) {
    const { rows } = await fingerprint.pool.query<{ id: number }>(
      `insert into meta (track, artist, album, album_artist, year) values ($1::text, $1::text, $1::text, $1::text, 1999)
       returning id`,
      [text],
    );
    await fingerprint.pool.query(
      'insert into track_meta (track_id, meta_id, submission_count) values (1, $1, $2)',
      [rows[0]?.id, 1 + at],
    );
    await app.pool.query(
      `insert into application (name, version, apikey, account_id, email, website)
       select $1::text, $1::text, md5($1::text), id, 'a@b.example', $1::text
       from account where name = $2`,
      [text, ADMINISTRATOR.name],
    );
    await app.pool.query('insert into account (name, apikey) values ($1::text, md5($1::text))', [
      text,
    ]);
  }
  const { rows } = await fingerprint.pool.query<{ gid: string }>(
    'select gid from track where id = 1',
  );
  return rows[0]?.gid ?? '';
}

async function expectUnbroken(page: Page): Promise<void> {
  expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false);
  const links: string[] = await page
    .locator('a[href]')
    .evaluateAll((all: { href: string }[]) => all.map(({ href }) => new URL(href).protocol));
  expect(links.filter((protocol) => !['http:', 'https:', 'mailto:'].includes(protocol))).toEqual(
    [],
  );
}

test('hostile texts are texts on every page that shows them', async ({ admin, stage }) => {
  const gid = await submitHostile(stage);
  const dialogs: string[] = [];
  admin.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  for (const path of [
    `/tracks/${gid}`,
    `/tracks?q=${encodeURIComponent(HOSTILE[1])}`,
    '/applications',
    '/accounts',
    '/submissions',
    '/statistics',
    '/',
    `/login?to=${encodeURIComponent(HOSTILE[3])}`,
  ]) {
    await admin.goto(path);
    await expect(admin.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(admin.locator('[aria-busy="true"]')).toHaveCount(0);
    await expectUnbroken(admin);
  }
  expect(dialogs).toEqual([]);
  await admin.goto(`/tracks/${gid}`);
  await expect(admin.getByText(HOSTILE[0]).first()).toBeVisible();
  await admin.goto('/accounts');
  await expect(admin.getByText(HOSTILE[1]).first()).toBeVisible();
});
