import { describe, expect, test } from 'vitest';
import { simulatedDay, SPY_BAG } from './day.ts';
import { contract, placeOrder } from './rawClient.ts';

const SATURDAY = Date.UTC(2023, 8, 16, 15, 0);
const BEFORE_OPEN = Date.UTC(2023, 8, 14, 13, 29, 50);

describe('in exchange hours', () => {
  test('a closed market quotes -1 with size 0, gives no Greeks, and still knows last and close', async () => {
    const day = await simulatedDay({ hours: 'exchange', startMs: SATURDAY });
    const client = await day.client();
    client.send(1, 11, 1, ...contract({ conId: day.option('SPY', '20231020', 'P', 570) }), 0, '', 0, 0, '');
    await day.pass(3000);
    const prices = client.of(1).map((f) => [f[3], f[4], f[5]]);
    expect(prices).toContainEqual(['1', '-1', '0']);
    expect(prices).toContainEqual(['2', '-1', '0']);
    expect(prices.some(([type]) => type === '9')).toBe(true);
    expect(client.of(21).map((f) => f.slice(2))).toEqual([['13', '1', '-1', '-2', '-1', '-1', '-2', '-2', '-2', '-1']]);
  });

  test('frozen data (type 2) shows the last session instead', async () => {
    const day = await simulatedDay({ hours: 'exchange', startMs: SATURDAY });
    const client = await day.client();
    client.send(59, 1, 2);
    client.send(1, 11, 1, ...contract({ conId: day.option('SPY', '20231020', 'P', 570) }), 0, '', 0, 0, '');
    await day.pass(1000);
    expect(client.of(58)[0]?.[3]).toBe('2');
    expect(Number(client.of(1).find((f) => f[3] === '1')?.[4])).toBeGreaterThan(0);
    expect(client.of(21).some((f) => f[2] === '13' && Number(f[4]) > 0)).toBe(true);
  });

  test('an order waits, PreSubmitted, and fills after the open', async () => {
    const day = await simulatedDay({ hours: 'exchange', startMs: BEFORE_OPEN });
    const client = await day.client();
    const legs = [
      [day.option('SPY', '20231020', 'P', 570), 1, 'SELL'],
      [day.option('SPY', '20231020', 'P', 565), 1, 'BUY'],
    ] as const;
    client.send(...placeOrder({ orderId: 1, contract: SPY_BAG, legs, type: 'MKT' }));
    await day.pass(9000);
    expect(client.of(3).at(-1)?.[2]).toBe('PreSubmitted');
    expect(client.errors().at(-1)?.slice(0, 2)).toEqual([1, 399]);
    await day.pass(3000);
    expect(client.of(3).at(-1)?.[2]).toBe('Filled');
  });
});

describe('expiry', () => {
  const legsOf = (symbol: string, expiry: string, day: Awaited<ReturnType<typeof simulatedDay>>) => {
    const { core } = day.simulator;
    const underlying = core.contracts.underlying(symbol);
    const spot = underlying ? core.market.state(underlying, core.now()).spot : 0;
    const calls = core.contracts.find({ symbol, secType: 'OPT', expiry, right: 'C' }, core.today());
    const strikes = calls.flatMap((c) => (c.kind === 'option' ? [{ conId: c.conId, strike: c.strike }] : []));
    return {
      spot,
      inside: strikes.findLast((c) => c.strike < spot * 0.99),
      outside: strikes.find((c) => c.strike > spot * 1.03),
    };
  };

  test.each([
    ['SPX', '20230914', 0],
    ['SPY', '20230914', 100],
  ])(
    'of %s settles at the close: in cash for an index, in %s into shares for an ETF',
    async (symbol, expiry, shares) => {
      const day = await simulatedDay({ startMs: Date.UTC(2023, 8, 14, 19, 59, 30) });
      const client = await day.client();
      client.send(61, 1);
      const { inside, outside } = legsOf(symbol, expiry, day);
      if (!inside || !outside) throw new Error('no strikes');
      const pm = symbol === 'SPX' ? 'SPXW' : 'SPY';
      const { core } = day.simulator;
      const [bought] = core.contracts.find(
        { symbol, secType: 'OPT', expiry, right: 'C', strike: inside.strike, tradingClass: pm },
        core.today(),
      );
      client.send(...placeOrder({ orderId: 1, contract: contract({ conId: bought?.conId ?? 0 }), type: 'MKT' }));
      await day.pass(3000);
      expect(client.of(3).at(-1)?.[2]).toBe('Filled');
      const cash = core.accounts.ledger('SIM0000001')?.cash ?? NaN;
      await day.pass(60_000);
      const ledger = core.accounts.ledger('SIM0000001');
      expect(ledger?.position(bought?.conId ?? 0)?.quantity).toBe(0);
      const underlying = core.contracts.underlying(symbol);
      expect(ledger?.position(underlying?.conId ?? 0)?.quantity ?? 0).toBe(shares);
      const settled = underlying ? core.market.stateAt(underlying, Date.UTC(2023, 8, 14, 20)).spot : NaN;
      const expected = shares === 0 ? 100 * Math.max(0, settled - inside.strike) : -100 * inside.strike;
      expect((ledger?.cash ?? NaN) - cash).toBeCloseTo(expected, 4);
      expect(client.of(61).findLast((f) => f[3] === String(bought?.conId))?.[14]).toBe('0');
    },
  );
});
