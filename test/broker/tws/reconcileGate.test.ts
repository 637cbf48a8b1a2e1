import { expect, test, vi } from 'vitest';
import { rig, until, type Rig } from '../../flow/brokerRig.ts';
import { scriptedTws, type ScriptedTws } from './scriptedTws.ts';

/** Requests and the Ends that answer them. @source tws.md, "Wire protocol for the simulator". */
const [OPEN_ORDERS, COMPLETED, EXECUTIONS, POSITIONS] = ['16', '99', '7', '61'];
const OPEN_ORDERS_END = [53, 1];
const COMPLETED_END = [102];
const POSITIONS_END = [62, 1];

/** Far beyond any test, so that a deadline decides nothing unless it is what is tested. */
const PATIENT = 20_000;

function gated(reconcileMs: number): Rig {
  return rig({
    session: {
      handshakeMs: 1_500,
      heartbeat: { everyMs: 1_000, deadlineMs: 5_000 },
      reconcileMs,
      upstreamPatienceMs: 60_000,
    },
  });
}

const asked = ({ received }: ScriptedTws, message = ''): number => received.filter(([id]) => id === message).length;

/** A session whose first round waits for one End, and which TWS has told of a lost and a restored IB since. */
async function interrupted(owed: number, reconcileMs = PATIENT): Promise<Rig & { tws: ScriptedTws }> {
  const tws = await scriptedTws();
  tws.answer(owed, () => []);
  const ours = gated(reconcileMs);
  ours.connect(tws.port);
  for (const message of [OPEN_ORDERS, COMPLETED, EXECUTIONS, POSITIONS])
    await vi.waitFor(() => expect(asked(tws, message)).toBe(1));
  tws.send(4, 2, -1, 1100, 'lost', '');
  await until(ours, ({ upstreamOk }) => !upstreamOk);
  tws.send(4, 2, -1, 1102, 'restored', '');
  await until(ours, ({ upstreamOk, epoch }) => upstreamOk && epoch === 2);
  return { ...ours, tws };
}

test.each([
  ['open orders', 16, OPEN_ORDERS_END],
  ['completed orders', 99, COMPLETED_END],
  ['positions', 61, POSITIONS_END],
])('a late End of the %s of an earlier round does not count for the new one', async (_, message, end) => {
  const ours = await interrupted(message);
  // TWS answers the round before: only now is the new one asked for, from the beginning.
  ours.tws.send(...end);
  for (const each of [OPEN_ORDERS, COMPLETED, EXECUTIONS, POSITIONS])
    await vi.waitFor(() => expect(asked(ours.tws, each)).toBe(2));
  // TWS has sent the other three Ends by now; once this notice is read, so are they.
  ours.tws.send(4, 2, -1, 2158, 'farm', '');
  await vi.waitFor(() => expect(ours.notices.at(-1)?.code).toBe(2158));
  expect(ours.status().phase).toBe('reconciling');
  expect(ours.events.map(({ type }) => type)).toEqual(['linkLost']);
  ours.tws.send(...end);
  await until(ours, ({ phase }) => phase === 'ready');
  expect(ours.events.at(-1)).toMatchObject({ type: 'reconciled', epoch: 2 });
});

test('an End that never comes holds the new round up no longer than its deadline', async () => {
  const ours = await interrupted(16, 500);
  expect(asked(ours.tws, COMPLETED)).toBe(1);
  await vi.waitFor(() => expect(asked(ours.tws, COMPLETED)).toBe(2), 2_000);
  ours.tws.send(...OPEN_ORDERS_END);
  await until(ours, ({ phase }) => phase === 'ready');
});

test('fifty times 1102 in a row ask for one more round, not for fifty', async () => {
  const ours = await interrupted(16);
  for (let i = 0; i < 50; i++) ours.tws.send(4, 2, -1, 1102, 'restored', '');
  await until(ours, ({ epoch }) => epoch === 52);
  ours.tws.answer(16, () => [OPEN_ORDERS_END]);
  ours.tws.send(...OPEN_ORDERS_END);
  await until(ours, ({ phase }) => phase === 'ready');
  expect(asked(ours.tws, OPEN_ORDERS)).toBe(2);
});

test('executions that take longer than the deadline every time are waited for all the same', async () => {
  const tws = await scriptedTws();
  const ids: string[] = [];
  tws.answer(7, ([, , id = '']) => {
    ids.push(id);
    return [];
  });
  const ours = gated(300);
  ours.connect(tws.port);
  await vi.waitFor(() => expect(ids).toHaveLength(2), 2_000);
  tws.send(55, 1, ids[0] ?? '');
  await until(ours, ({ phase }) => phase === 'ready');
});
