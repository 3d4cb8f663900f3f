/**
 * What the supervisor asks the server by the private channel between them, the one on which the
 * server says `ready`. A question is `{ type: 'ask', id, ask, … }`, its answer
 * `{ type: 'answer', id, value }` or `{ type: 'answer', id, error }`.
 */
import { z } from 'zod';
import { hasAdminPassword } from './account/desktop-login.ts';
import { issueSetupToken } from './account/setup.ts';
import type { Context } from './context.ts';
import { changeAllJobs } from './jobs/change-all.ts';
import type { Parent } from './parent-process.ts';

const questionSchema = z.intersection(
  z.object({ type: z.literal('ask'), id: z.int() }),
  z.discriminatedUnion('ask', [
    /** The SHA-256 of a one-time token, in hexadecimal: from now on it is good. Answers true. */
    z.object({ ask: z.literal('desktop-login'), tokenHash: z.string().regex(/^[0-9a-f]{64}$/) }),
    /** The token of a new setup link; null when an administrator has a password. */
    z.object({ ask: z.literal('setup-link') }),
    /** Whether an administrator can sign in with a password. */
    z.object({ ask: z.literal('admin-password') }),
    /** How many jobs run. */
    z.object({ ask: z.literal('running-jobs') }),
    /** Pauses every job that runs or waits, or resumes every paused one. Answers how many. */
    z.object({ ask: z.literal('pause-jobs') }),
    z.object({ ask: z.literal('resume-jobs') }),
  ]),
);

type Question = z.infer<typeof questionSchema>;
type Value = boolean | number | string | null;

/** Answers the supervisor from now on; messages of other kinds are not for here. */
export function answerShell(parent: Parent, context: Context): void {
  parent.onMessage((message) => {
    const read = questionSchema.safeParse(message);
    if (!read.success) return;
    const { id } = read.data;
    answer(read.data, context).then(
      (value) => parent.send({ type: 'answer', id, value }),
      (error: unknown) => {
        context.log.error({ err: error, ask: read.data.ask }, 'question of the shell not answered');
        parent.send({ type: 'answer', id, error: 'the server could not answer' });
      },
    );
  });
}

async function answer(question: Question, context: Context): Promise<Value> {
  const { databases, desktopLogins, now } = context;
  switch (question.ask) {
    case 'desktop-login':
      desktopLogins.announce(question.tokenHash);
      return true;
    case 'setup-link':
      return (await issueSetupToken(databases.app.pool, now())) ?? null;
    case 'admin-password':
      return await hasAdminPassword(databases.app.pool);
    case 'pause-jobs':
      return await changeAllJobs(databases.app.pool, 'pause');
    case 'resume-jobs':
      return await changeAllJobs(databases.app.pool, 'resume');
    case 'running-jobs': {
      const { rows } = await databases.app.pool.query<{ count: number }>(
        `select count(*)::int as count from job where state = 'running'`,
      );
      return rows[0]?.count ?? 0;
    }
  }
}
