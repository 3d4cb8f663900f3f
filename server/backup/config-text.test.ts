import { expect, test } from 'vitest';
import { parseIni } from '../config/ini.ts';
import { isAllComments, withoutSecrets } from './config-text.ts';

test('passwords leave a configuration, wherever and however they stand in it', () => {
  const text = [
    '[DEFAULT]',
    'Password = shared',
    '[database]',
    'host = db.example.org',
    'password=p#1',
    '  going on',
    '# password = in a comment',
    'password_file = /run/secret',
    '[nats]',
    'token : t1',
    '[server]',
    'port = 1',
  ].join('\n');
  const left = withoutSecrets(text);
  expect(left).not.toMatch(/shared|p#1|going on|t1/);
  expect([...(parseIni(left).get('database') ?? [])].map(([name]) => name)).toEqual([
    'host',
    'password_file',
  ]);
  expect(parseIni(left).get('server')?.get('port')?.value).toBe('1');
});

test('a configuration of comments alone is told from one that sets something', () => {
  expect(isAllComments('# a\n\n[server]\n; b\n')).toBe(true);
  expect(isAllComments('[server]\nport = 1\n')).toBe(false);
});
