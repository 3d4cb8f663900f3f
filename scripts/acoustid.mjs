#!/usr/bin/env node
// The `acoustid` command for whatever Node the host has: hands over to the pinned Node 24, which
// runs the TypeScript sources directly. Plain JavaScript because an older Node must be able to read it.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const pinned = fileURLToPath(
  new URL(
    process.platform === 'win32' ? 'node_modules/node/bin/node.exe' : 'node_modules/node/bin/node',
    root,
  ),
);
if (!existsSync(pinned)) {
  process.stderr.write('The pinned Node is missing. Run: npm ci\n');
  process.exit(1);
}
const entry = fileURLToPath(new URL('main/cli.ts', root));
const child = spawn(pinned, [entry, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => child.kill(signal));
}
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code ?? 1);
});
