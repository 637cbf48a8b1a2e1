import type { RankedSpread } from '../../../scanner/domain/spread.ts';

const leg = { bid: 1, ask: 1.1, quotedAtMs: 1_000_000 };

/** A complete row; its numbers mean nothing. */
export function exampleRow(changes: Partial<RankedSpread> = {}): RankedSpread {
  const { shortStrike = 100, longStrike = 95 } = changes;
  return {
    ...{ id: `AMD|AMD|2026-12-18|P|${shortStrike}|${longStrike}|bullPut`, symbol: 'AMD', root: 'AMD' },
    ...{ strategy: 'bullPut', right: 'P', expiry: '2026-12-18', dte: 28, shortStrike, longStrike, width: 5 },
    ...{ credit: 1, mid: 1, natural: 0.9, maxProfit: 100, maxLoss: 400, breakEven: 99, pop: 0.7 },
    ...{ creditToWidth: 0.2, returnOnRisk: 0.25, annualised: 3, ev: -0.007, evLens: 'rnd', openInterest: 100 },
    ...{ volume: 5, bidAskPercent: 0.1, liquidity: 0.5, distancePercent: 0.05, greeks: 'vendor', score: 0.5 },
    ...{ short: { ...leg, strike: shortStrike }, long: { ...leg, strike: longStrike }, terms: [] },
    ...changes,
  };
}

/** The same with a 120/130 call wing. */
export function exampleCondor(changes: Partial<RankedSpread> = {}): RankedSpread {
  return exampleRow({
    ...{ id: 'AMD|AMD|2026-12-18|P|100|95|ironCondor|120|130', strategy: 'ironCondor', width: 10, credit: 2.35 },
    ...{ mid: 2.35, natural: 2.2, maxProfit: 235, maxLoss: 765, breakEven: 97.65, upperBreakEven: 122.35 },
    ...{ creditToWidth: 0.235, returnOnRisk: 235 / 765 },
    callWing: {
      ...{ shortStrike: 120, longStrike: 130, width: 10 },
      ...{ short: { ...leg, strike: 120 }, long: { ...leg, strike: 130 } },
    },
    ...changes,
  });
}
