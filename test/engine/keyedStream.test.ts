import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { KeyedStream } from '../../electron/engine/streams/keyedStream.ts';
import { StreamRegistry } from '../../electron/engine/streams/streamRegistry.ts';
import type { StreamMessage } from '../../electron/contract/stream.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import { quietLog } from './quietLog.ts';

const next = async <Row, Head>(messages: AsyncGenerator<StreamMessage<Row, Head>, void, void>) => {
  const result = await messages.next();
  if (result.done === true) throw new Error('the stream has ended');
  return result.value;
};

/** What a consumer holds after folding messages, as the renderer does. */
function fold(held: Map<string, number>, message: StreamMessage<[string, number], undefined>): void {
  if (message.reset) held.clear();
  for (const [key, value] of message.upserts) held.set(key, value);
  for (const key of message.removes) held.delete(key);
}

describe('conflation', () => {
  test('a message holds the newest state of every key that changed', async () => {
    const stream = new KeyedStream<string, string>();
    const messages = stream.messages();
    stream.upsert('a', 'a1');
    stream.upsert('b', 'b1');
    stream.upsert('a', 'a2');
    stream.setHead('h1');
    stream.setHead('h2');
    expect(await next(messages)).toEqual({
      seq: 1,
      generation: 0,
      reset: true,
      upserts: ['a2', 'b1'],
      removes: [],
      head: 'h2',
    });
    stream.remove('a');
    stream.upsert('b', 'b2');
    stream.remove('b');
    expect(await next(messages)).toEqual({ seq: 2, generation: 0, reset: false, upserts: [], removes: ['a', 'b'] });
  });

  test('a restart voids what was pending and says reset under a higher generation', async () => {
    const stream = new KeyedStream<string, never>();
    const messages = stream.messages();
    stream.upsert('old', 'old');
    await next(messages);
    stream.upsert('old', 'older');
    stream.restart();
    stream.upsert('new', 'new');
    expect(await next(messages)).toMatchObject({ generation: 1, reset: true, upserts: ['new'], removes: [] });
  });

  test('whatever is offered in whatever order, the consumer ends with the producer’s rows', async () => {
    const key = fc.constantFrom('a', 'b', 'c', 'd');
    const step = fc.oneof(
      fc.record({ type: fc.constant('upsert' as const), key, value: fc.integer() }),
      fc.record({ type: fc.constant('remove' as const), key }),
      fc.record({ type: fc.constant('restart' as const) }),
      fc.record({ type: fc.constant('read' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const stream = new KeyedStream<[string, number], undefined>();
        const messages = stream.messages();
        const truth = new Map<string, number>();
        const held = new Map<string, number>();
        let unread = true;
        for (const action of steps) {
          if (action.type === 'read') {
            if (!unread) continue;
            const message = await next(messages);
            fold(held, message);
            stream.acknowledge(message.seq);
            unread = false;
            continue;
          }
          unread = true;
          if (action.type === 'upsert') truth.set(action.key, action.value);
          if (action.type === 'upsert') stream.upsert(action.key, [action.key, action.value]);
          if (action.type === 'remove') stream.remove(action.key);
          if (action.type === 'remove') truth.delete(action.key);
          if (action.type === 'restart') stream.restart();
          if (action.type === 'restart') truth.clear();
        }
        if (unread) fold(held, await next(messages));
        expect(held).toEqual(truth);
      }),
      { numRuns: 300 },
    );
  });
});

describe('credit', () => {
  test('two messages go out unacknowledged, the third waits for an acknowledgement', async () => {
    const stream = new KeyedStream<number, never>();
    const messages = stream.messages();
    stream.upsert('a', 1);
    await next(messages);
    stream.upsert('a', 2);
    await next(messages);
    stream.upsert('a', 3);
    let third: unknown;
    const waiting = next(messages).then((message) => (third = message));
    await new Promise(setImmediate);
    expect(third).toBeUndefined();
    stream.acknowledge(1);
    await waiting;
    expect(third).toMatchObject({ seq: 3, upserts: [3] });
  });

  test('acknowledging what was never sent gives no credit in advance', async () => {
    const stream = new KeyedStream<number, never>();
    const messages = stream.messages();
    stream.upsert('a', 1);
    await next(messages);
    stream.acknowledge(1_000_000);
    for (const value of [2, 3]) {
      stream.upsert('a', value);
      await next(messages);
    }
    stream.upsert('a', 4);
    const outcome = await Promise.race([next(messages), new Promise((r) => setImmediate(r, 'waits'))]);
    expect(outcome).toBe('waits');
  });

  test('a stalled consumer holds one entry per key after a million updates', async () => {
    const stream = new KeyedStream<{ credit: number }, never>();
    const messages = stream.messages();
    stream.upsert('row 0', { credit: 0 });
    await next(messages);
    stream.upsert('row 0', { credit: 0 });
    await next(messages);
    for (let i = 0; i < 1_000_000; i++) stream.upsert(`row ${i % 500}`, { credit: i });
    expect(stream.backlog).toBe(500);
    stream.acknowledge(2);
    const message = await next(messages);
    expect(message.seq).toBe(3);
    expect(message.upserts).toHaveLength(500);
    expect(Math.min(...message.upserts.map((row) => row.credit))).toBe(999_500);
  });
});

describe('registry', () => {
  const open = (registry: StreamRegistry, onStop: () => void, signal?: AbortSignal) =>
    registry.serve<number, never>({ owner: 'me', stream: 'stream-1', signal }, (stream) => {
      stream.upsert('a', 1);
      return onStop;
    });

  test('an owner acknowledges its own stream only, even under the same id', async () => {
    const registry = new StreamRegistry(quietLog());
    const fed: KeyedStream<number, never>[] = [];
    const serve = (owner: string) =>
      registry.serve<number, never>({ owner, stream: 'stream-1', signal: undefined }, (stream) => {
        fed.push(stream);
        return () => undefined;
      });
    const mine = serve('mine');
    serve('theirs');
    const [stream] = fed;
    for (const value of [1, 2]) {
      stream?.upsert('a', value);
      await next(mine);
    }
    stream?.upsert('a', 3);
    registry.acknowledge('theirs', 'stream-1', 2);
    registry.acknowledge('mine', 'stream-2', 2);
    const third = next(mine);
    expect(await Promise.race([third, new Promise((r) => setImmediate(r, 'waits'))])).toBe('waits');
    registry.acknowledge('mine', 'stream-1', 2);
    expect(await third).toMatchObject({ seq: 3 });
  });

  test('abort stops the feed once, read or not', async () => {
    const registry = new StreamRegistry(quietLog());
    for (const read of [true, false]) {
      const abort = new AbortController();
      let stops = 0;
      const messages = open(registry, () => stops++, abort.signal);
      if (read) await next(messages);
      const pending = read ? messages.next() : undefined;
      abort.abort();
      expect(await pending).toEqual(read ? { done: true, value: undefined } : undefined);
      await messages.return();
      expect(stops).toBe(1);
    }
    expect(registry.openStreams).toBe(0);
  });

  test('a stream id in use is refused and the first stream lives on', async () => {
    const registry = new StreamRegistry(quietLog());
    const first = open(registry, () => undefined);
    expect(() => open(registry, () => undefined)).toThrow(LegworkError);
    expect(await next(first)).toMatchObject({ upserts: [1] });
  });

  test('a feed that cannot start leaves nothing behind', () => {
    const registry = new StreamRegistry(quietLog());
    const broken = () =>
      registry.serve({ owner: 'me', stream: 'stream-1', signal: undefined }, () => {
        throw new Error('no feed');
      });
    expect(broken).toThrow('no feed');
    expect(registry.openStreams).toBe(0);
  });
});
