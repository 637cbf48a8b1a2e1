import { isIndex, settlementOf } from '../../../scanner/domain/option.ts';
import type { RecordedChain, RecordedOption } from '../../../scanner/domain/recordedChain.ts';
import { newYorkDate } from '../../../scanner/domain/calendar.ts';
import type { RootSource } from './contractBook.ts';
import { optionExchanges } from './instrument.ts';
import { RecordedRoot } from './recordedRoot.ts';
import { RecordedTape } from './recordedTape.ts';
import { dayNumber, isoDate } from './tradingCalendar.ts';
import { UNIVERSE } from './universe.ts';
import type { Listing } from './universe.ts';

const USUAL_VOL = 0.3;
const NEAR_MONEY = 0.03;

/** At-the-money vol of the expiry nearest to 30 days: mean of what lies within 3 % of the spot. */
function atmVolOf({ options, last, asOfMs }: RecordedChain): number {
  const today = dayNumber(newYorkDate(asOfMs));
  const distance = (option: RecordedOption): number => Math.abs(dayNumber(option.expiry) - today - 30);
  const near = options.filter(({ strike, iv }) => (iv ?? 0) > 0 && Math.abs(strike / last - 1) < NEAR_MONEY);
  const closest = Math.min(...near.map(distance));
  const vols = near.filter((option) => distance(option) === closest).map((option) => option.iv ?? 0);
  return vols.length > 0 ? vols.reduce((sum, vol) => sum + vol, 0) / vols.length : USUAL_VOL;
}

function listingOf(chain: RecordedChain, nowMs: number): Listing {
  const known = UNIVERSE.find((listing) => listing.symbol === chain.symbol);
  const baseVol = atmVolOf(chain);
  const level = { basePrice: chain.last, baseVol, anchoredAtMs: nowMs };
  if (known) return { ...known, ...level };
  const index = isIndex(chain.symbol);
  return {
    ...{ symbol: chain.symbol, name: chain.name, secType: index ? 'IND' : 'STK', stockType: index ? '' : 'COMMON' },
    ...{ primaryExchange: index ? 'CBOE' : 'NYSE', industry: '', category: '', quarterlyDividend: 0, dividendYield: 0 },
    ...{ skew: -0.1, marketShare: 0.4, follows: '', liquidity: 0.6, cycle: 'weekly', tick: 'penny' },
    ...level,
  };
}

/**
 * Makes quote files tradable. Their dates are moved forward by whole weeks, so that a file of years ago has the same
 * days to expiry (less six days at most) and the same weekdays as seen from now. A file of today is not moved.
 */
export function recordedSources(chains: readonly RecordedChain[], nowMs: number): RootSource[] {
  const today = dayNumber(newYorkDate(nowMs));
  return chains.map((chain) => {
    const age = today - dayNumber(newYorkDate(chain.asOfMs));
    const shift = Math.max(0, Math.floor(age / 7) * 7);
    const options = chain.options.map((o) => ({ ...o, expiry: isoDate(dayNumber(o.expiry) + shift) }));
    const listing = listingOf(chain, nowMs);
    return {
      listing,
      roots: (underlying, firstClass) =>
        [...Map.groupBy(options, (option) => option.root)].map(([root, ofRoot], i) => {
          const tape = new RecordedTape(ofRoot, listing.baseVol);
          const exchanges = optionExchanges(listing);
          const settlement = settlementOf(root);
          const classIndex = firstClass + i;
          return new RecordedRoot(
            { root, underlying, settlement, multiplier: 100, classIndex, exchanges, tape },
            ofRoot,
          );
        }),
    };
  });
}
