/** What every story has: a running appliance with some songs, and a browser that may be signed in. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base } from '@playwright/test';
import type { Page } from '@playwright/test';
import { fill } from '../bench/api/fill.ts';
import { insertAccount } from '../server/account/account-queries.ts';
import { hashPassword } from '../server/account/password.ts';
import { openSession } from '../server/account/session.ts';
import { openDatabases } from '../server/db/databases.ts';
import type { Databases } from '../server/db/databases.ts';
import { startAppliance } from './harness/appliance.ts';
import type { TestAppliance } from './harness/appliance.ts';

/** Enough for more than one page of every list. */
const SONGS = 120;

export const ADMINISTRATOR = { name: 'Anna', password: 'a long enough one' } as const;

export interface Stage {
  readonly appliance: TestAppliance;
  readonly databases: Databases;
  /** Of `ADMINISTRATOR`. */
  readonly accountId: number;
}

interface WorkerFixtures {
  readonly stage: Stage;
}

interface TestFixtures {
  /** A page at which nobody is signed in; addresses are relative to the appliance. */
  readonly visitor: Page;
  /** A page at which the administrator is signed in. */
  readonly admin: Page;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  stage: [
    // Playwright reads the names of the fixtures it needs from this pattern.
    // eslint-disable-next-line no-empty-pattern
    async ({}, use) => {
      await using appliance = await startAppliance();
      await fill(appliance.run(), SONGS);
      await using databases = openDatabases(appliance.run().postgres);
      const app = databases.app.pool;
      const { id: accountId } = await insertAccount(app, ADMINISTRATOR.name);
      await app.query('update account set is_admin = true, password_hash = $2 where id = $1', [
        accountId,
        await hashPassword(ADMINISTRATOR.password),
      ]);
      await use({ appliance, databases, accountId });
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  baseURL: async ({ stage }, use) => use(stage.appliance.api),
  visitor: async ({ page }, use) => {
    const failures: string[] = [];
    page.on('pageerror', (error) => failures.push(error.message));
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) failures.push(message.text());
    });
    await use(page);
    expect(failures, 'what the page itself got wrong').toEqual([]);
  },
  admin: async ({ context, stage, visitor }, use) => {
    const { token } = await openSession(stage.databases.app.pool, stage.accountId, {
      ip: '127.0.0.1',
      now: Date.now(),
      userAgent: 'Playwright',
    });
    await context.addCookies([
      { name: 'acoustid_session', value: token, url: stage.appliance.api, httpOnly: true },
    ]);
    await use(visitor);
  },
});

/** Fails for anything on the page that people with disabilities could not use (WCAG 2.2 AA). */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  const told = violations.map(({ help, id, nodes }) => `${id}: ${help}: ${nodes[0]?.html}`);
  expect(told).toEqual([]);
}

export { expect };
