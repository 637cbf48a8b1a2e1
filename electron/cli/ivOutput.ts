import { stringify } from 'csv-stringify/sync';
import { impliedYield } from '../../scanner/volatility/chainSurface.ts';
import type { SurfaceContract } from '../../scanner/volatility/expirySurface.ts';
import type { Format } from './chainOptions.ts';
import { newYorkTimestamp } from '../../scanner/scan/newYorkTimestamp.ts';
import { surfaceTable, type ReportedChain, type ReportedExpiry } from './ivTable.ts';

/** The result as it goes to stdout, with its last line ended. What is not known is null, or an empty cell. */
export function formatSurfaces(
  format: Format,
  chains: readonly ReportedChain[],
  { threshold, top }: { threshold: number; top: number },
): string {
  switch (format) {
    case 'json':
      return `${JSON.stringify({ threshold, chains: chains.map(asJson) }, undefined, 2)}\n`;
    case 'csv':
      return stringify(chains.flatMap(contractRows), { header: true, columns: [...CSV_COLUMNS] });
    case 'table':
      return chains.map((chain) => surfaceTable(chain, { threshold, top })).join('\n');
  }
}

/** Six decimals: a ten-thousandth of a vol point, and of a cent. */
function rounded(value: number | undefined): number | null {
  return value === undefined || !Number.isFinite(value) ? null : Math.round(value * 1e6) / 1e6;
}

function asJson(chain: ReportedChain) {
  const { symbol, asOfMs, spot, impliedSpot, exercise, expiries } = chain;
  const asOf = newYorkTimestamp(asOfMs);
  return { symbol, asOf, spot, impliedSpot: rounded(impliedSpot), exercise, expiries: expiries.map(expiryJson) };
}

function expiryJson(one: ReportedExpiry) {
  const { root, expiry, settlement, dte, terms, rateSource, carry, summary, butterflies, calendar } = one;
  return {
    root,
    expiry,
    settlement,
    dte,
    years: rounded(terms.years),
    forward: rounded(terms.forward),
    forwardError: rounded(carry?.forwardError),
    rate: rounded(terms.rate),
    rateSource,
    impliedRate: rounded(carry?.rate),
    impliedRateError: rounded(carry?.rateError),
    impliedYield: rounded(impliedYield(one)),
    parityStrikes: carry?.strikes ?? null,
    parityOutliers: carry?.outliers ?? null,
    atmVol: rounded(summary?.atmVol),
    riskReversal25: rounded(summary?.riskReversal25),
    butterfly25: rounded(summary?.butterfly25),
    points: summary?.points ?? 0,
    rmse: rounded(summary?.rmse),
    withinBidAsk: rounded(summary?.withinBidAsk),
    smileMoved: summary?.wereMoved ?? null,
    arbitrage: {
      butterflies: butterflies.map(({ gain, ...rest }) => ({ ...rest, gain: rounded(gain) })),
      calendar: calendar
        ? {
            moneyness: rounded(calendar.moneyness),
            volGap: rounded(calendar.volGap),
            share: rounded(calendar.share),
            isExecutable: calendar.isExecutable,
          }
        : null,
    },
    contracts: one.contracts.map((contract) => contractJson(contract)),
    disagreements: one.disagreements.map(({ contract: { right, strike }, difference, worth, reason }) => {
      return { right, strike, difference: rounded(difference), worth: rounded(worth), reason };
    }),
  };
}

function contractJson(contract: SurfaceContract) {
  const { strike, right, bid, ask, vendorIv, bidIv, midIv, askIv, fittedIv, vega, isFitted } = contract;
  return {
    strike,
    right,
    bid: bid ?? null,
    ask: ask ?? null,
    vendorIv: vendorIv ?? null,
    bidIv: rounded(bidIv),
    midIv: rounded(midIv),
    askIv: rounded(askIv),
    fittedIv: rounded(fittedIv),
    vendorMinusMid: vendorIv === undefined || midIv === undefined ? null : rounded(vendorIv - midIv),
    midMinusFitted: midIv === undefined || fittedIv === undefined ? null : rounded(midIv - fittedIv),
    vega: rounded(vega),
    isFitted,
  };
}

const CSV_COLUMNS = [
  'symbol',
  'root',
  'expiry',
  'strike',
  'right',
  'bid',
  'ask',
  'vendorIv',
  'bidIv',
  'midIv',
  'askIv',
  'fittedIv',
  'vendorMinusMid',
  'midMinusFitted',
  'vega',
  'isFitted',
  'disagreement',
] as const;

function contractRows({ symbol, expiries }: ReportedChain): Record<string, unknown>[] {
  return expiries.flatMap(({ root, expiry, contracts, disagreements }) => {
    const reasons = new Map(disagreements.map(({ contract, reason }) => [contract, reason]));
    return contracts.map((contract) => {
      const { isFitted, ...json } = contractJson(contract);
      const disagreement = reasons.get(contract) ?? null;
      return { symbol, root, expiry, ...json, isFitted: isFitted ? 1 : 0, disagreement };
    });
  });
}
