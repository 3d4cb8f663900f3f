import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { startNats } from './nats.ts';

test('a started nats-server keeps a stream over being killed', async () => {
  await using nats = await startNats();
  const options = { servers: nats.url, token: nats.token };
  const before = await connect(options);
  await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept'] });
  await jetstream(before).publish('kept', 'still here');
  await before.close();
  await nats.kill();
  await nats.start();
  const after = await connect(options);
  const message = await (await jetstreamManager(after)).streams.getMessage('KEPT', { seq: 1 });
  expect(message?.string()).toBe('still here');
  await after.close();
});

test('it wants its token, and shares nothing with another', async () => {
  await using one = await startNats();
  await using two = await startNats();
  expect(one.url).not.toBe(two.url);
  await expect(connect({ servers: one.url, token: two.token })).rejects.toThrow(/authorization/i);
});
