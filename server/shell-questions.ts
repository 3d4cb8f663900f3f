/**
 * What the supervisor asks the server by the private channel between them, the one on which the
 * server says `ready`. A question is `{ type: 'ask', id, ask, … }`, its answer
 * `{ type: 'answer', id, value }` or `{ type: 'answer', id, error }`.
 */
import { z } from 'zod';
import { hasAdminPassword } from './account/desktop-login.ts';
import type { Context } from './context.ts';
import type { Parent } from './parent-process.ts';

const questionSchema = z.intersection(
  z.object({ type: z.literal('ask'), id: z.int() }),
  z.discriminatedUnion('ask', [
    /** The SHA-256 of a one-time token, in hexadecimal: from now on it is good. Answers true. */
    z.object({ ask: z.literal('desktop-login'), tokenHash: z.string().regex(/^[0-9a-f]{64}$/) }),
    /** The same for the setup link. */
    z.object({ ask: z.literal('setup-link'), tokenHash: z.string().regex(/^[0-9a-f]{64}$/) }),
    /** Whether an administrator can sign in with a password. */
    z.object({ ask: z.literal('admin-password') }),
    /** How many jobs run. */
    z.object({ ask: z.literal('running-jobs') }),
  ]),
);

type Question = z.infer<typeof questionSchema>;

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

async function answer(question: Question, context: Context): Promise<boolean | number> {
  const { databases, desktopLogins, setupTokens } = context;
  switch (question.ask) {
    case 'desktop-login':
      desktopLogins.announce(question.tokenHash);
      return true;
    case 'setup-link':
      setupTokens.announce(question.tokenHash);
      return true;
    case 'admin-password':
      return await hasAdminPassword(databases.app.pool);
    case 'running-jobs': {
      const { rows } = await databases.app.pool.query<{ count: number }>(
        `select count(*)::int as count from job where state = 'running'`,
      );
      return rows[0]?.count ?? 0;
    }
  }
}
