import { expiryMarkets, type ExpiryMarket } from '../../../scanner/chain/expiryMarket.ts';
import { LegworkError } from '../../../scanner/domain/errors.ts';
import { exerciseStyle } from '../../../scanner/domain/option.ts';
import type { RankedSpread } from '../../../scanner/domain/spread.ts';
import { spreadLegs } from '../../../scanner/domain/spreadLegs.ts';
import { expectedPayoffHistory, expectedPayoffLognormal, type PayoffLeg } from '../../../scanner/math/expectation.ts';
import { expectedMove } from '../../../scanner/math/probability.ts';
import { prepareChain } from '../../../scanner/scan/preparedChain.ts';
import { realisedVol } from '../../../scanner/volatility/realisedVol.ts';
import type { Analysis } from '../../contract/scan.ts';
import type { ChainFeed } from './chainFeed.ts';
import type { RecentSpread, RecentSpreads } from './recentSpreads.ts';
import type { UnderlyingFacts } from './underlyingFacts.ts';

export interface AnalysisDeps {
  feed: ChainFeed;
  facts: UnderlyingFacts;
  recent: RecentSpreads;
  nowMs: () => number;
  /** Continuous, per year. */
  rate: () => number;
}

/** A month of trading days: long enough to be stable, short enough to be about now. */
const REALISED_WINDOW = 21;
const TRADING_DAYS_PER_YEAR = 252;
const STILL_LOADING = 'the price history is still loading; choose the row again in a while';

/**
 * What the analysis panel draws from: the expiry's market, the vols, and EV under each lens by name.
 * @throws LegworkError input/not-found for a spread that no scan has shown lately.
 */
export async function analyse(spreadId: string, deps: AnalysisDeps): Promise<Analysis> {
  const found = deps.recent.find(spreadId);
  if (found === undefined) throw notFound('This spread is not among the results any more. Choose another row.');
  const { row, profile } = found;
  const chain = deps.feed.chain();
  const groups = chain.groups.filter(
    ({ symbol, root, expiry }) => symbol === row.symbol && root === row.root && expiry === row.expiry,
  );
  const dividends = deps.facts.dividends(row.symbol).filter(({ exDate }) => exDate <= row.expiry);
  const valuation = { nowMs: deps.nowMs(), rate: deps.rate() };
  const market = expiryMarkets(chain, groups, valuation).get(`${row.symbol}|${row.root}|${row.expiry}`);
  if (market === undefined) throw notFound(`${row.symbol} has no quote now. Wait for one, then choose the row again.`);
  const [prepared] = prepareChain(chain, { ...valuation, facts: {} }, { source: profile.greeks, groups }).expiries;
  const atmIv = known(prepared?.groups[0]?.atmIv);
  const closes = await deps.facts.priceClosesSoon(row.symbol);
  const realised = realisedVol([...(closes ?? [])], REALISED_WINDOW);
  const multiplier = groups[0]?.multiplier ?? 100;
  const evLenses = lenses(found, { market, closes, realised, multiplier });
  const values = evLenses.flatMap(({ value }) => value ?? []);
  return {
    spread: row,
    spot: market.spot,
    forward: market.forward,
    rate: market.rate,
    dividendYield: market.dividendYield,
    yearsToExpiry: market.years,
    exercise: exerciseStyle(row.symbol),
    multiplier,
    atmIv,
    expectedMove:
      atmIv === undefined ? undefined : expectedMove({ spot: market.spot, vol: atmIv, years: market.years }),
    dividends,
    realisedVol: realised,
    evLenses,
    robustEdge: values.length === evLenses.length ? Math.min(...values) - slippage(row) : undefined,
  };
}

interface LensInput {
  market: ExpiryMarket;
  /** Undefined while they are on their way. */
  closes: readonly number[] | undefined;
  realised: number | undefined;
  multiplier: number;
}

/** Expected profit per share under each lens, fees out. */
function lenses({ row, profile }: RecentSpread, input: LensInput): Analysis['evLenses'] {
  const { market, closes, realised, multiplier } = input;
  const legs = spreadLegs(row).map(({ right, strike, sold }): PayoffLeg => ({
    right,
    strike,
    quantity: sold ? -1 : 1,
  }));
  const certain = row.credit - (legs.length * profile.feesPerLeg) / multiplier;
  const { forward, years, spot } = market;
  const days = Math.max(1, Math.round(years * TRADING_DAYS_PER_YEAR));
  const moves = historicalMoves(closes ?? [], days);
  const stdDev = (realised ?? NaN) * Math.sqrt(years);
  return [
    {
      lens: 'rnd',
      value: row.ev,
      note: 'risk-neutral, from the smile of this expiry; near zero before costs by construction',
    },
    {
      lens: 'realised',
      value: stdDev > 0 ? known(certain + expectedPayoffLognormal({ legs, forward, stdDev })) : undefined,
      note:
        closes === undefined
          ? STILL_LOADING
          : realised === undefined
            ? 'needs a month of daily closes'
            : `lognormal at the realised volatility of the last ${REALISED_WINDOW} days, ${(100 * realised).toFixed(1)} %`,
    },
    {
      lens: 'history',
      value: known(certain + expectedPayoffHistory({ legs, spot, moves })),
      note:
        closes === undefined
          ? STILL_LOADING
          : `${moves.length} moves of ${days} trading days in the last year; they overlap`,
    },
  ];
}

/** Simple returns over every run of `days` closes. */
function historicalMoves(closes: readonly number[], days: number): number[] {
  return closes.slice(days).map((close, i) => close / (closes[i] ?? NaN) - 1);
}

/** A fill lies about half way between mid and natural; a row priced at natural has paid that already. */
function slippage(row: RankedSpread): number {
  return Math.max(0, row.credit - (row.mid + row.natural) / 2);
}

function known(value: number | undefined): number | undefined {
  return value === undefined || !Number.isFinite(value) ? undefined : value;
}

function notFound(message: string): LegworkError {
  return new LegworkError({ kind: 'input', code: 'not-found', field: 'spreadId', message });
}
