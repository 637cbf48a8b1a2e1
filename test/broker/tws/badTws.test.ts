import { expect, test, vi } from 'vitest';
import { rig, until } from '../../flow/brokerRig.ts';
import { scriptedTws } from './scriptedTws.ts';

const QUICK_HANDSHAKE = {
  session: {
    handshakeMs: 300,
    heartbeat: { everyMs: 150, deadlineMs: 400 },
    reconcileMs: 400,
    upstreamPatienceMs: 300,
  },
};

test('an account that begins with D makes the session a paper one', async () => {
  const tws = await scriptedTws();
  const ours = rig();
  ours.connect(tws.port);
  expect((await until(ours, ({ phase }) => phase === 'ready')).mode).toBe('paper');
});

test('one live account among several makes the session live', async () => {
  const tws = await scriptedTws();
  tws.answer(71, () => [
    [15, 1, 'DU1234567,U7654321,'],
    [9, 1, 1],
  ]);
  const ours = rig();
  ours.connect(tws.port);
  const { mode, accounts } = await until(ours, ({ phase }) => phase === 'ready');
  expect({ mode, accounts }).toEqual({ mode: 'live', accounts: ['DU1234567', 'U7654321'] });
});

test('a greeting that never ends is given up, in words, and tried again', async () => {
  const tws = await scriptedTws({ mute: true });
  const ours = rig(QUICK_HANDSHAKE);
  ours.connect(tws.port);
  const { problem } = await until(ours, ({ phase, retryAtMs }) => phase === 'offline' && retryAtMs !== undefined);
  expect(problem).toContain('did not finish its greeting');
  await until(ours, ({ phase }) => phase === 'connecting');
});

test('stoqey/ib: a frame of length -4 drops the connection instead of hanging the process', async () => {
  const tws = await scriptedTws();
  const ours = rig({}, { mayComplain: true });
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  tws.sendBytes(Uint8Array.of(0xff, 0xff, 0xff, 0xfc));
  await until(ours, ({ phase, epoch }) => phase === 'ready' && epoch === 2);
  expect(ours.complaints.join()).toContain('impossible length');
});

test('stoqey/ib: malformed reject JSON loses that message alone, not the process nor the next message', async () => {
  const tws = await scriptedTws();
  const ours = rig({}, { mayComplain: true });
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  tws.send(4, 2, 5, 201, 'Order rejected', '{not json');
  tws.send(4, 2, 5, 399, 'Order message', '');
  await vi.waitFor(() =>
    expect(ours.events).toContainEqual(expect.objectContaining({ type: 'notice', orderId: 5, code: 399 })),
  );
  expect(ours.status().phase).toBe('ready');
  expect(ours.complaints.join()).toContain('could not be decoded');
});

test('TWS without IBKR for too long is connected anew: its "restored" may have been lost', async () => {
  const tws = await scriptedTws();
  const ours = rig(QUICK_HANDSHAKE);
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  tws.send(4, 2, -1, 1100, 'lost', '');
  await until(ours, ({ upstreamOk }) => !upstreamOk);
  await until(ours, ({ phase, epoch }) => phase === 'ready' && epoch === 2);
});

test('a changed port is said and not knocked at for ever', async () => {
  const tws = await scriptedTws();
  const ours = rig();
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  tws.send(4, 2, -1, 1300, 'TWS socket port has been reset. Please reconnect on the new port - 7499', '');
  const { problem, retryAtMs } = await until(ours, ({ phase }) => phase === 'offline');
  expect(problem).toContain('7499');
  expect(retryAtMs).toBeUndefined();
});

test('every notice is handed on, whatever id it came with', async () => {
  const tws = await scriptedTws();
  const ours = rig();
  ours.connect(tws.port);
  await until(ours, ({ phase }) => phase === 'ready');
  tws.send(4, 2, -1, 2103, 'farm down', '');
  tws.send(4, 2, 2147483647, 4711, 'something new', '');
  await vi.waitFor(() => expect(ours.notices.map(({ code }) => code)).toEqual([2103, 4711]));
});
