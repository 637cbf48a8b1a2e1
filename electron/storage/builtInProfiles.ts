import { parseProfile } from '../../scanner/domain/profile.ts';
import type { Profile } from '../../scanner/domain/profile.ts';

/** Ready-made starting points. Their ids never change, so that one that was removed does not come back. */
export const BUILT_IN_PROFILES: readonly { id: string; profile: Profile }[] = [
  {
    id: 'built-in-high-iv-bull-puts',
    profile: parseProfile({
      version: 1,
      name: 'High IV bull puts',
      symbols: ['AMD', 'NVDA', 'TSLA', 'AAPL', 'QQQ', 'IWM'],
      strategies: ['bullPut'],
      dte: { min: 20, max: 60 },
      shortDelta: { min: 0.15, max: 0.35 },
      width: { min: 1, max: 10 },
      creditToWidth: { min: 0.15 },
      pop: { min: 0.6 },
      openInterest: { min: 50 },
      bidAskPercent: { max: 0.3 },
      feesPerLeg: 0.65,
      rankBy: { returnOnRisk: 0.4, pop: 0.3, liquidity: 0.3 },
    }),
  },
  {
    id: 'built-in-index-put-spreads',
    profile: parseProfile({
      version: 1,
      name: 'Index put spreads 30-45 DTE',
      symbols: ['SPX', 'XSP', 'SPY'],
      strategies: ['bullPut'],
      dte: { min: 25, max: 50 },
      shortDelta: { min: 0.08, max: 0.3 },
      width: { min: 1, max: 50 },
      creditToWidth: { min: 0.08 },
      pop: { min: 0.65 },
      bidAskPercent: { max: 0.3 },
      feesPerLeg: 0.65,
      rankBy: { evToRisk: 0.4, pop: 0.3, returnOnRisk: 0.3 },
    }),
  },
  {
    id: 'built-in-low-iv-debits',
    profile: parseProfile({
      version: 1,
      name: 'Low IV debit spreads',
      symbols: ['SPY', 'QQQ', 'IWM', 'AAPL', 'AMD', 'NVDA'],
      strategies: ['bullCall', 'bearPut'],
      dte: { min: 25, max: 75 },
      longDelta: { min: 0.45, max: 0.7 },
      width: { min: 1, max: 15 },
      credit: { min: -7.5 },
      returnOnRisk: { min: 0.4 },
      openInterest: { min: 50 },
      bidAskPercent: { max: 0.3 },
      feesPerLeg: 0.65,
      rankBy: { returnOnRisk: 0.5, pop: 0.3, liquidity: 0.2 },
    }),
  },
];
