import { comboMarket } from '../../../broker/simulator/core/comboPricing.ts';
import type { Day } from './day.ts';
import type { RawClient } from './rawClient.ts';

export const EXPIRY = '20231020';

export interface Statement {
  status: string;
  filled: number;
  remaining: number;
  average: number;
}

/** The last message 3 of an order. */
export function lastStatus(client: RawClient, orderId: number): Statement | undefined {
  const fields = client.of(3).findLast((f) => f[1] === String(orderId));
  return (
    fields && {
      status: fields[2] ?? '',
      filled: Number(fields[3]),
      remaining: Number(fields[4]),
      average: Number(fields[5]),
    }
  );
}

/** Codes of the notices about an order, in order. */
export function codes(client: RawClient, orderId: number): number[] {
  return client
    .errors()
    .filter(([id]) => id === orderId)
    .map(([, code]) => code);
}

/** Sells the 570/565 puts and the 610/620 calls of SPY: the call wing is the wider one. */
export function condor(day: Day) {
  const id = (right: 'C' | 'P', strike: number) => day.option('SPY', EXPIRY, right, strike);
  const conIds = [id('P', 570), id('P', 565), id('C', 610), id('C', 620)] as const;
  const [shortPut, longPut, shortCall, longCall] = conIds;
  const legs = [
    [shortPut, 1, 'SELL'],
    [longPut, 1, 'BUY'],
    [shortCall, 1, 'SELL'],
    [longCall, 1, 'BUY'],
  ] as const;
  return { legs, conIds };
}

/** Short 570 put, long 565 put; quotes of the credit spread as listed (its price is negative). */
export function spread(day: Day, names: { short?: number; long?: number } = {}) {
  const { short = 570, long = 565 } = names;
  const [shortId, longId] = [day.option('SPY', EXPIRY, 'P', short), day.option('SPY', EXPIRY, 'P', long)];
  const legs = [
    [shortId, 1, 'SELL'],
    [longId, 1, 'BUY'],
  ] as const;
  const { core } = day.simulator;
  const market = () => {
    const orderLegs = legs.map(([conId, ratio, action]) => {
      const instrument = core.contracts.byId(conId, core.today());
      if (!instrument) throw new Error('not listed');
      return { instrument, action, ratio, exchange: 'SMART', openClose: 0 };
    });
    const now = comboMarket(core.market, orderLegs, core.now());
    if (!now) throw new Error('no market');
    return now;
  };
  return { legs, shortId, longId, market };
}
