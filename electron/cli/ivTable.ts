import { impliedYield, type ChainSurface, type SurfaceExpiry } from '../../scanner/volatility/chainSurface.ts';
import {
  byWorth,
  type DisagreementReason,
  type VendorDisagreement,
} from '../../scanner/volatility/vendorDisagreement.ts';
import { newYorkTimestamp } from '../../scanner/scan/newYorkTimestamp.ts';

/** An expiry with what the vendor says otherwise. */
export interface ReportedExpiry extends SurfaceExpiry {
  disagreements: VendorDisagreement[];
}
export interface ReportedChain extends ChainSurface {
  expiries: ReportedExpiry[];
}

const NONE = '-';
const fixed = (value: number | undefined, digits: number): string =>
  value !== undefined && Number.isFinite(value) ? value.toFixed(digits) : NONE;
const percent = (value: number | undefined, digits = 1): string =>
  fixed(value === undefined ? undefined : value * 100, digits);

type Column = [title: string, cell: (one: ReportedExpiry) => string];

const COLUMNS: readonly Column[] = [
  ['expiry', ({ expiry }) => expiry],
  ['root', ({ root }) => root],
  ['settles', ({ settlement }) => settlement.toUpperCase()],
  ['DTE', ({ dte }) => String(dte)],
  ['forward', ({ terms }) => fixed(terms.forward, 2)],
  ['rate %', ({ terms }) => percent(terms.rate, 2)],
  ['from', ({ rateSource }) => rateSource],
  ['+-', ({ carry }) => percent(carry?.rateError, 2)],
  ['yield %', (one) => percent(impliedYield(one), 2)],
  ['ATM %', ({ summary }) => percent(summary?.atmVol, 2)],
  ['RR25', ({ summary }) => percent(summary?.riskReversal25, 2)],
  ['BF25', ({ summary }) => percent(summary?.butterfly25, 2)],
  ['points', ({ summary }) => String(summary?.points ?? 0)],
  ['RMSE', ({ summary }) => percent(summary?.rmse, 2)],
  ['inside %', ({ summary }) => percent(summary?.withinBidAsk, 0)],
  ['arbitrage', (one) => arbitrageOf(one)],
  ['differ', ({ disagreements }) => String(disagreements.length)],
];
const LEFT_TITLES = new Set(['expiry', 'root', 'settles', 'from', 'arbitrage', 'right', 'why']);

/** `2 quotes` can be traded at bid and ask; `calendar` against the expiry before, `fit` when only the fits cross. */
function arbitrageOf({ butterflies, calendar }: ReportedExpiry): string {
  const texts: string[] = [];
  if (butterflies.length > 0) texts.push(`${butterflies.length} in quotes`);
  if (calendar) texts.push(`calendar ${percent(calendar.volGap, 2)}${calendar.isExecutable ? '' : ' (fit)'}`);
  return texts.join(', ') || NONE;
}

function aligned(titles: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const cells = [titles, ...rows];
  const widths = titles.map((_, c) => Math.max(...cells.map((line) => line[c]?.length ?? 0)));
  return cells.map((line) =>
    line
      .map((cell, c) =>
        LEFT_TITLES.has(titles[c] ?? '') ? cell.padEnd(widths[c] ?? 0) : cell.padStart(widths[c] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

const REASONS: Readonly<Record<DisagreementReason, string>> = {
  'zero-bid': 'no bid: the middle is half of an ask',
  crossed: 'bid above ask',
  'below-intrinsic': 'bid at or below its exercise value',
  'no-vega': 'a vol point is worth less than a cent',
  clock: 'time counted from the last close',
  'near-expiry': 'hours count: another time to expiry',
  carry: 'vendor has another forward: its call and put differ',
  dividend: 'a dividend before expiry',
  stale: "vendor is nearer to the smile than the quote's middle",
  unknown: 'not told by the quotes',
};

const DISAGREEMENT_TITLES = [
  ...['expiry', 'strike', 'right', 'bid', 'ask', 'vendor', 'bid IV', 'mid IV', 'ask IV', 'fitted', 'differ', 'dollars'],
  'why',
];

/** One chain for reading: a line per expiry, then the disagreements that are worth most. */
export function surfaceTable(chain: ReportedChain, { threshold, top }: { threshold: number; top: number }): string {
  const { symbol, asOfMs, spot, exercise, expiries } = chain;
  const lines = [
    `${symbol} as of ${newYorkTimestamp(asOfMs)}: spot ${fixed(spot, 2)}, ${exercise}, vols in percent`,
    '',
  ];
  const titles = COLUMNS.map(([title]) => title);
  lines.push(
    ...aligned(
      titles,
      expiries.map((one) => COLUMNS.map(([, cell]) => cell(one))),
    ),
    '',
  );
  const all = expiries
    .flatMap(({ expiry, disagreements }) => disagreements.map((one) => ({ expiry, ...one })))
    .sort(byWorth);
  const counts = [...Map.groupBy(all, ({ reason }) => reason)].map(([reason, of]) => `${of.length} ${reason}`);
  const contracts = expiries.reduce((sum, one) => sum + one.contracts.length, 0);
  lines.push(
    `Vendor and model differ by more than ${fixed(threshold * 100, 1)} points, outside of bid and ask, in ` +
      `${all.length} of ${contracts} contracts${counts.length > 0 ? `: ${counts.join(', ')}` : ''}`,
  );
  if (all.length > 0 && top > 0) {
    const rows = all.slice(0, top).map(({ expiry, contract, difference, worth, reason }) => {
      const { strike, right, bid, ask, vendorIv, bidIv, midIv, askIv, fittedIv } = contract;
      const vols = [vendorIv, bidIv, midIv, askIv, fittedIv].map((vol) => percent(vol));
      const quote = [fixed(bid, 2), fixed(ask, 2), ...vols];
      return [expiry, String(strike), right, ...quote, percent(difference), fixed(worth, 2), REASONS[reason]];
    });
    lines.push('', ...aligned(DISAGREEMENT_TITLES, rows));
  }
  return `${lines.join('\n')}\n`;
}
