import { implement } from '@orpc/server';
import { RPCHandler } from '@orpc/server/message-port';
import { expect, test, vi } from 'vitest';
import { clientOverPort } from '../../../electron/contract/client.ts';
import { contract } from '../../../electron/contract/contract.ts';
import type { LogLine } from '../../../electron/contract/desk.ts';
import { KeyedStream } from '../../../electron/engine/streams/keyedStream.ts';
import { Link, type Connection } from '../../../renderer/link.ts';
import { followStream } from '../../../renderer/state/followStream.ts';
import { RowsStore } from '../../../renderer/state/rowsStore.svelte.ts';
import { fakeClock } from '../../fakeClock.ts';

const line = (id: string, text: string): LogLine => ({ id, atMs: 1, level: 'info', kind: 'log', text });

/** The engine's own stream behind the real contract, on a MessagePort: as much of the engine as a follower meets. */
function smallEngine() {
  const streams = new Map<string, KeyedStream<LogLine, undefined>>();
  const os = implement(contract);
  let refusal: string | undefined;
  const router = {
    streams: {
      ack: os.streams.ack.handler(({ input }) => streams.get(input.stream)?.acknowledge(input.seq)),
    },
    desk: {
      log: os.desk.log.handler(({ input, signal, errors }) => {
        if (refusal !== undefined) {
          const data = { kind: 'data', code: 'refused', message: refusal } as const;
          throw errors.LEGWORK({ message: refusal, data });
        }
        const stream = new KeyedStream<LogLine, undefined>();
        streams.set(input.stream, stream);
        return stream.messages(signal);
      }),
    },
  };
  const handler = new RPCHandler(router);
  const ports: MessagePort[] = [];
  const open = (): Promise<Connection> => {
    const { port1, port2 } = new MessageChannel();
    handler.upgrade(port1);
    port1.start();
    ports.push(port1);
    const closed = new Promise<void>((end) => {
      port2.addEventListener('close', () => {
        end();
      });
    });
    return Promise.resolve({ client: clientOverPort(port2), closed, close: () => port2.close() });
  };
  return {
    open,
    streams: () => [...streams.values()],
    refuse: (why: string | undefined) => (refusal = why),
    cut: () => ports.at(-1)?.close(),
  };
}

function follow(engine: ReturnType<typeof smallEngine>) {
  const clock = fakeClock();
  const link = new Link({ open: engine.open, clock, random: () => 1 });
  const rows = new RowsStore<LogLine>(
    (row) => row.id,
    (a, b) => (a.id < b.id ? -1 : 1),
  );
  const paints: (() => void)[] = [];
  const problems: (string | undefined)[] = [];
  const follower = followStream<LogLine, undefined>({
    link,
    clock,
    painted: (then) => paints.push(then),
    source: {
      open: (client, stream, signal) => client.desk.log({ stream }, { signal }),
      opened: () => {
        rows.forget();
      },
      message: (message) => {
        rows.receive(message);
      },
      problem: (text) => problems.push(text),
    },
  });
  return { clock, link, rows, paints, problems, follower, paint: () => paints.splice(0).forEach((then) => then()) };
}

test('a message is acknowledged only when it was painted, so a window that stalls is sent no more', async () => {
  const engine = smallEngine();
  const desk = follow(engine);
  await desk.link.connect();
  await vi.waitFor(() => {
    expect(engine.streams()).toHaveLength(1);
  });
  const [stream] = engine.streams();
  for (let n = 0; n < 6; n++) {
    stream?.upsert('only', line('only', `version ${n}`));
    await new Promise(setImmediate);
  }
  await vi.waitFor(() => {
    expect(desk.paints.length).toBeGreaterThan(0);
  });
  expect(stream?.backlog).toBe(1);
  expect(desk.rows.get('only')?.text).not.toBe('version 5');
  desk.paint();
  await vi.waitFor(() => {
    expect(desk.rows.get('only')?.text).toBe('version 5');
  });
  desk.follower.stop();
});

test('a lost connection is rebuilt after the backoff, and its rows start anew', async () => {
  const engine = smallEngine();
  const desk = follow(engine);
  await desk.link.connect();
  await vi.waitFor(() => {
    expect(engine.streams()).toHaveLength(1);
  });
  engine.streams()[0]?.upsert('old', line('old', 'before'));
  await vi.waitFor(() => {
    expect(desk.rows.get('old')).toBeDefined();
  });
  engine.cut();
  await vi.waitFor(() => {
    expect(desk.link.state.phase).toBe('waiting');
  });
  desk.clock.advance(250);
  await vi.waitFor(() => {
    expect(engine.streams()).toHaveLength(2);
  });
  engine.streams()[1]?.upsert('new', line('new', 'after'));
  await vi.waitFor(() => {
    expect(desk.rows.rows.map((row) => row.id)).toEqual(['new']);
  });
  desk.follower.stop();
});

test('a refused stream says why and is asked for again, without cutting the connection', async () => {
  const engine = smallEngine();
  engine.refuse('The log is being rebuilt.');
  const desk = follow(engine);
  await desk.link.connect();
  await vi.waitFor(() => {
    expect(desk.problems).toEqual(['The log is being rebuilt.']);
  });
  expect(desk.link.state.phase).toBe('open');
  engine.refuse(undefined);
  desk.clock.advance(1_500);
  await vi.waitFor(() => {
    expect(desk.problems.at(-1)).toBeUndefined();
    expect(engine.streams()).toHaveLength(1);
  });
  desk.follower.stop();
});
