import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { simulatedDay } from '../day.ts';
import { contract, frame, greeting, settle } from '../rawClient.ts';

describe('the start of a session', () => {
  test.each([
    [176, 176],
    [178, 178],
    [193, 193],
    [300, 193],
  ])('a client of up to %i is answered in %i', async (maxVersion, version) => {
    const day = await simulatedDay();
    expect((await day.client({ maxVersion })).serverVersion).toBe(version);
  });

  test('accounts, next id and three farm notices follow START_API', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    expect(client.messages.map((f) => f[0])).toEqual(['15', '9', '4', '4', '4']);
    expect(client.of(15)[0]?.[2]).toBe('SIM0000001');
    expect(client.errors().map(([id, code]) => [id, code])).toEqual([
      [-1, 2104],
      [-1, 2106],
      [-1, 2158],
    ]);
  });

  test('a client id in use is refused with 326 and closed; it is free again once the other has gone', async () => {
    const day = await simulatedDay();
    const first = await day.client({ clientId: 3 });
    const second = await day.client({ clientId: 3 });
    expect(second.errors().map(([, code]) => code)).toEqual([326]);
    expect(second.closed).toBe(true);
    first.stream.destroy();
    await settle();
    expect((await day.client({ clientId: 3 })).closed).toBe(false);
  });

  test('a client too old is turned away', async () => {
    const day = await simulatedDay();
    const client = await day.client({ maxVersion: 150, start: false });
    expect([client.serverVersion, client.closed]).toEqual([0, true]);
  });
});

describe('bytes that are not TWS', () => {
  const head = (length: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(length);
    return bytes;
  };
  test.each([
    ['a frame of length 0', head(0)],
    ['a frame of length -4', head(-4)],
    ['a frame of two gigabytes', head(2 ** 31 - 1)],
    ['a message that is not a number', frame(['hello', 1])],
    ['a message id that does not exist', frame([999])],
    ['a frame without a last NUL', Buffer.concat([head(2), Buffer.from('49')])],
  ])('%s: error 320, then the end, and others go on', async (_name, bytes) => {
    const day = await simulatedDay();
    const [bad, good] = [await day.client({ clientId: 1 }), await day.client({ clientId: 2 })];
    bad.clear();
    bad.stream.write(bytes);
    await settle();
    expect(bad.errors().map(([id, code]) => [id, code])).toEqual([[-1, 320]]);
    expect(bad.closed).toBe(true);
    good.send(49, 1);
    await settle();
    expect(good.of(49)).toHaveLength(1);
  });

  test.each([
    ['an order with too few fields', [3, 1, 2, 3], 1],
    ['a request id that is no number', [2, 1, 'ten'], -1],
    ['nan for an option price', [54, 3, 22, ...contract({ symbol: 'SPY' }), 'nan', 580, 0, ''], 22],
    ['a list of a billion legs', [1, 11, 5, ...contract({ secType: 'BAG', symbol: 'SPY' }), 1_000_000_000], 5],
  ])('%s: error 320 by the request, and the session goes on', async (_name, fields, requestId) => {
    const day = await simulatedDay();
    const client = await day.client();
    client.clear();
    client.send(...fields);
    client.send(49, 1);
    await settle();
    expect(client.errors().map(([id, code]) => [id, code])).toEqual([[requestId, 320]]);
    expect(client.of(49)).toHaveLength(1);
    expect(client.closed).toBe(false);
  });

  test('a request before START_API ends the session', async () => {
    const day = await simulatedDay();
    const client = await day.client({ start: false });
    client.send(61, 1);
    await settle();
    expect(client.closed).toBe(true);
  });

  test('a message the simulator does not offer is answered, not punished', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(85);
    client.send(87, 4711, ...contract({ symbol: 'SPY', secType: 'STK' }), 0, 1, 'TRADES', 1);
    await settle();
    expect(
      client
        .errors()
        .slice(-2)
        .map(([id, code]) => [id, code]),
    ).toEqual([
      [-1, 321],
      [4711, 321],
    ]);
    expect(client.closed).toBe(false);
  });

  test('random bytes and mutated requests never crash it or make it hang', async () => {
    const day = await simulatedDay();
    const requests = [
      [9, 8, 1, ...contract({ symbol: 'SPY', secType: 'OPT', expiry: '20231020', right: 'C' }), 0, '', '', ''],
      [1, 11, 2, ...contract({ symbol: 'AAPL', secType: 'STK' }), 0, '', 0, 0, ''],
      [20, 3, ...contract({ symbol: 'AAPL', secType: 'STK' }), 0, '', '1 day', '1 M', 1, 'TRADES', 1, 0, ''],
      [62, 1, 4, 'All', 'NetLiquidation'],
      [78, 5, 'SPY', '', 'STK', 1],
    ].map(frame);
    let clientId = 100;
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...requests),
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 6 }),
        fc.uint8Array({ maxLength: 40 }),
        async (request, changes, tail) => {
          const client = await day.client({ clientId: clientId++ });
          const bytes = Buffer.from(request);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          client.stream.write(Buffer.concat([bytes, tail]));
          await settle();
          client.stream.destroy();
          await settle();
        },
      ),
      { numRuns: 300 },
    );
    const after = await day.client({ clientId: 1 });
    expect(after.of(9)).toHaveLength(1);
    expect(day.clock.pending()).toBe(0);
  });

  test('random greetings never crash it', async () => {
    const day = await simulatedDay();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 30 }), fc.boolean(), async (noise, greeted) => {
        const stream = day.simulator.connect();
        stream.on('error', () => undefined);
        stream.resume();
        stream.write(greeted ? Buffer.concat([greeting(193), noise]) : Buffer.from(noise));
        await settle();
        stream.destroy();
      }),
      { numRuns: 100 },
    );
    expect((await day.client()).of(9)).toHaveLength(1);
  });
});

describe('limits', () => {
  test('the 51st message within a second is refused with 100; the third such second ends the session', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    await day.pass(2000);
    client.clear();
    for (let breach = 1; breach <= 3; breach++) {
      for (let n = 0; n < 50; n++) client.send(49, 1);
      await settle();
      expect(client.of(49)).toHaveLength(50 * breach);
      expect(client.errors()).toHaveLength(breach - 1);
      client.send(49, 1);
      await settle();
      expect(client.errors().at(-1)).toMatchObject([-1, 100, expect.stringContaining(`(${breach})`)]);
      expect(client.of(49)).toHaveLength(50 * breach);
      expect(client.closed).toBe(breach === 3);
      await day.pass(2000);
    }
  });

  test('50 messages in every second are never refused', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    await day.pass(1000);
    for (let step = 0; step < 40; step++) {
      for (let n = 0; n < 12; n++) client.send(49, 1);
      await day.pass(250);
    }
    expect(client.of(49)).toHaveLength(480);
    expect(client.errors().filter(([, code]) => code === 100)).toEqual([]);
  });

  test('the 101st line is refused with 101, over all clients; a cancelled one makes room', async () => {
    const day = await simulatedDay();
    const clients = [await day.client({ clientId: 1 }), await day.client({ clientId: 2 })] as const;
    const strikes = day.simulator.core.contracts.find(
      { symbol: 'SPY', secType: 'OPT', expiry: '20231020', right: 'C' },
      day.simulator.core.today(),
    );
    for (const [n, { conId }] of strikes.slice(0, 101).entries()) {
      if (n % 40 === 0) await day.pass(1250);
      if (n === 100) await settle();
      clients[n % 2]?.send(1, 11, n, ...contract({ conId }), 0, '', 0, 0, '');
    }
    await settle();
    const refused = clients.flatMap((client) => client.errors().filter(([, code]) => code === 101));
    expect(refused).toMatchObject([[100, 101, 'Max number of tickers has been reached']]);
    await day.pass(1250);
    clients[1].send(2, 2, 1);
    clients[0].send(1, 11, 200, ...contract({ conId: strikes[100]?.conId ?? 0 }), 0, '', 0, 0, '');
    await day.pass(500);
    expect(clients[0].of(1).some((f) => f[2] === '200')).toBe(true);
  });

  test('lines of a client that goes are free again', async () => {
    const day = await simulatedDay();
    const client = await day.client({ clientId: 1 });
    client.send(1, 11, 1, ...contract({ symbol: 'SPY', secType: 'STK' }), 0, '', 0, 0, '');
    await day.pass(250);
    expect(day.clock.pending()).toBeGreaterThan(0);
    client.stream.destroy();
    await settle();
    expect(day.clock.pending()).toBe(0);
  });

  const bars = (requestId: number, symbol: string, duration: string) =>
    [20, requestId, ...contract({ symbol, secType: 'STK' }), 0, '', '1 day', duration, 1, 'TRADES', 1, 0, ''] as const;

  test('historical pacing: identical within 15 s, six of one contract within 2 s, 60 in ten minutes', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(...bars(1, 'SPY', '10 D'));
    client.send(...bars(2, 'SPY', '10 D'));
    await day.pass(16_000);
    client.send(...bars(3, 'SPY', '10 D'));
    await day.pass(16_000);
    for (let n = 0; n < 6; n++) client.send(...bars(10 + n, 'AAPL', `${n + 5} D`));
    await day.pass(250);
    const paced = () => client.errors().filter(([, code]) => code === 162);
    expect(paced().map(([id]) => id)).toEqual([2, 15]);
    expect(client.of(17).map((f) => Number(f[1]))).toEqual([1, 3, 10, 11, 12, 13, 14]);
    const symbols = day.simulator.core.contracts.underlyings
      .map((u) => u.listing.symbol)
      .filter((s) => s !== 'SPY' && s !== 'AAPL');
    for (const [n, symbol] of symbols.slice(8, 62).entries()) {
      client.send(...bars(100 + n, symbol, '5 D'));
      await day.pass(250);
    }
    expect(paced().at(-1)?.[2]).toContain('10 minutes');
    expect(client.of(17).length).toBeLessThanOrEqual(60);
  });

  test('symbol searches within one second are refused, at most 16 answers come', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    client.send(81, 1, 'S');
    client.send(81, 2, 'S');
    await settle();
    expect(client.of(79)).toHaveLength(1);
    expect(Number(client.of(79)[0]?.[2])).toBe(16);
    expect(client.errors().at(-1)?.slice(0, 2)).toEqual([2, 322]);
  });
});
