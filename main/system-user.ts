import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { ApplianceError, codeOf, messageOf } from './errors.ts';

const run = promisify(execFile);

/** A user of the system, by number. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** What `useradd` accepts everywhere; also keeps options from being passed as names. */
const NAME = /^[a-z_][a-z0-9_-]{0,31}$/;

/** Finds a user of this system; `undefined` when there is none of that name. */
export async function findUser(name: string): Promise<SystemUser | undefined> {
  if (!NAME.test(name)) return undefined;
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
  } catch (error) {
    // `id` answers 1 for a name nobody has; that it cannot be run at all is another matter.
    if (codeOf(error) === 'ENOENT') throw error;
    return undefined;
  }
}

/**
 * The user that runs PostgreSQL when we are root, made when missing: without home, shell or
 * password. Throws `ApplianceError` when the name is unusable or the user cannot be made.
 */
export async function ensureUser(name: string): Promise<SystemUser> {
  if (!NAME.test(name)) {
    throw new ApplianceError(
      `"${name}" cannot be the name of a system user. Give another with --pg-user.`,
    );
  }
  const user = (await findUser(name)) ?? (await makeUser(name));
  if (user.uid === 0) {
    throw new ApplianceError(
      `PostgreSQL refuses to run as ${name}, who is root. Give another user with --pg-user.`,
    );
  }
  return user;
}

async function makeUser(name: string): Promise<SystemUser> {
  const about = ['--no-create-home', '--home-dir', '/nonexistent', '--shell', '/usr/sbin/nologin'];
  let cause: unknown = new Error('it is not there afterwards');
  try {
    await run('useradd', ['--system', '--user-group', ...about, name]);
    const user = await findUser(name);
    if (user) return user;
  } catch (error) {
    cause = error;
  }
  throw new ApplianceError(
    `The system user ${name} that is to run PostgreSQL could not be made (${messageOf(cause)}). ` +
      'Make one yourself and name it with --pg-user.',
    { cause },
  );
}

/** The first folder on the way to `path`, itself included, that the user cannot pass. */
export async function findClosedFolder(
  path: string,
  user: SystemUser,
): Promise<string | undefined> {
  const folders = [path];
  while (dirname(folders[0] ?? '/') !== folders[0]) folders.unshift(dirname(folders[0] ?? '/'));
  for (const folder of folders) {
    const { gid, mode, uid } = await stat(folder);
    let bit = 0o001;
    if (uid === user.uid) bit = 0o100;
    else if (gid === user.gid) bit = 0o010;
    if ((mode & bit) === 0) return folder;
  }
  return undefined;
}
