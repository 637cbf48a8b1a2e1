import { expect, test } from 'vitest';
import { simulatedDay } from '../day.ts';
import { settle } from '../rawClient.ts';

test('a client that connects with +PACEAPI is held back to 50 a second, in order, and never refused', async () => {
  const day = await simulatedDay();
  const client = await day.client({ options: '+PACEAPI' });
  client.clear();
  // 49 fit beside START_API in the first second; contract details of nothing are answered one by one, with their id
  for (let id = 1; id <= 120; id++)
    client.send(9, 8, id, 0, 'NOSUCH', 'STK', '', 0, '', '', 'SMART', '', 'USD', '', '');
  await settle();
  expect(client.errors()).toHaveLength(49);
  await day.pass(750);
  expect(client.errors()).toHaveLength(49);
  await day.pass(500);
  expect(client.errors()).toHaveLength(99);
  await day.pass(1000);
  expect(client.errors()).toHaveLength(120);
  expect(client.errors().map(([id]) => id)).toEqual(Array.from({ length: 120 }, (_, i) => i + 1));
  expect(new Set(client.errors().map(([, code]) => code))).toEqual(new Set([200]));
});

test('without it the 51st message of a second is refused with 100', async () => {
  const day = await simulatedDay();
  const client = await day.client();
  client.clear();
  for (let i = 0; i < 60; i++) client.send(49, 1);
  await settle();
  expect(client.of(49)).toHaveLength(49);
  expect(new Set(client.errors().map(([, code]) => code))).toEqual(new Set([100]));
});

test('what still waits when the client goes is dropped', async () => {
  const day = await simulatedDay();
  const client = await day.client({ clientId: 4, options: '+PACEAPI' });
  for (let i = 0; i < 120; i++) client.send(49, 1);
  await settle();
  client.stream.destroy();
  await day.pass(5000);
  expect(client.of(49).length).toBeLessThanOrEqual(49);
  expect((await day.client({ clientId: 4 })).closed).toBe(false);
});
