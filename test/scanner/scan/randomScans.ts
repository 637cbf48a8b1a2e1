import fc from 'fast-check';
import { RANGE_FILTERS, RANK_MEASURES, type ProfileInput, type RangeFilter } from '../../../scanner/domain/profile.ts';
import { STRATEGIES } from '../../../scanner/domain/strategy.ts';

/** Steps of real quotes, so that ties, zero widths and equal prices happen. */
const cents = (max: number) => fc.integer({ min: 0, max }).map((n) => n * 5);
const price = (n: number): string => (n / 100).toString();

const side = fc.record({
  bid: cents(60),
  /** Negative crosses. */
  spread: fc.oneof({ weight: 9, arbitrary: cents(8) }, { weight: 1, arbitrary: fc.constant(-5) }),
  volume: fc.nat(600),
  openInterest: fc.nat(1500),
  iv: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 500, max: 9000 }) }, { weight: 1, arbitrary: fc.constant(0) }),
  delta: fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 9999 }) },
    { weight: 1, arbitrary: fc.constant(0) },
  ),
  gamma: fc.nat(200),
});

const row = fc.record({ call: side, put: side });

/** A small Cboe file with dirty quotes: one or two roots, up to four expiries (one of them today), odd strikes. */
export const chainText = fc
  .record({
    index: fc.boolean(),
    expiries: fc.uniqueArray(fc.constantFrom('230914', '230915', '231020', '240119'), { minLength: 1 }),
    strikes: fc.uniqueArray(fc.constantFrom(80, 85, 90, 92.5, 95, 97.5, 100, 105, 110, 112.5, 120), { minLength: 2 }),
    rows: fc.array(row, { minLength: 12, maxLength: 12 }),
    spot: fc.integer({ min: 8500, max: 11_500 }),
  })
  .map(({ index, expiries, strikes, rows, spot }) => {
    const symbol = index ? 'SPX' : 'ABC';
    const roots = index ? ['SPX', 'SPXW'] : ['ABC', 'ABC1'];
    const lines = [
      '',
      `Random Chain,Last: ${price(spot)},Change: 0`,
      '"Date: September 14, 2023 at 2:31 PM EDT",Bid: 0,Ask: 0',
    ];
    const names = 'Last Sale,Net,Bid,Ask,Volume,IV,Delta,Gamma,Open Interest';
    lines.push(`Expiration Date,Calls,${names},Strike,Puts,${names}`);
    let next = 0;
    for (const root of roots) {
      for (const expiry of expiries) {
        for (const strike of strikes) {
          const quotes = rows[next++ % rows.length];
          if (quotes) lines.push(lineOf({ root, expiry, strike, ...quotes }));
        }
      }
    }
    return { text: `${lines.join('\n')}\n`, symbol };
  });

type Side = typeof side extends fc.Arbitrary<infer Value> ? Value : never;

function lineOf({
  root,
  expiry,
  strike,
  call,
  put,
}: {
  root: string;
  expiry: string;
  strike: number;
  call: Side;
  put: Side;
}): string {
  const date = new Date(`20${expiry.slice(0, 2)}-${expiry.slice(2, 4)}-${expiry.slice(4)}T00:00:00Z`);
  const [weekday, day, month, year] = date.toUTCString().replace(',', '').split(' ');
  const symbolOf = (right: string): string => `${root}${expiry}${right}${String(strike * 1000).padStart(8, '0')}`;
  const cells = (s: Side, sign: number): (string | number)[] => [
    0,
    0,
    price(s.bid),
    price(Math.max(0, s.bid + s.spread)),
    s.volume,
    s.iv / 10_000,
    (sign * s.delta) / 10_000,
    s.gamma / 10_000,
    s.openInterest,
  ];
  return [
    `${weekday} ${month} ${day} ${year}`,
    symbolOf('C'),
    ...cells(call, 1),
    strike.toFixed(2),
    symbolOf('P'),
    ...cells(put, -1),
  ].join(',');
}

/** Plausible bounds, in hundredths of a unit, so that values often lie exactly on a bound. */
const BOUNDS: Record<RangeFilter, readonly [number, number]> = {
  dte: [0, 13_000],
  shortDelta: [0, 100],
  longDelta: [0, 100],
  width: [0, 4000],
  ivPercentile: [0, 10_000],
  ivRank: [0, 10_000],
  credit: [-2000, 1000],
  creditToWidth: [-100, 100],
  maxLoss: [0, 300_000],
  returnOnRisk: [0, 1000],
  pop: [0, 100],
  ev: [-500, 500],
  evToRisk: [-300, 300],
  netDelta: [-100, 100],
  netTheta: [-20, 20],
  netVega: [-20, 20],
  netGamma: [-2, 2],
  openInterest: [0, 100_000],
  volume: [0, 40_000],
  bidAskPercent: [0, 200],
  distancePercent: [0, 30],
  distanceSigma: [0, 500],
};

const range = (filter: keyof typeof BOUNDS) => {
  const [min, max] = BOUNDS[filter];
  const bound = fc.integer({ min, max }).map((n) => n / 100);
  return fc.tuple(fc.option(bound), fc.option(bound)).map(([a, b]) => ({
    ...(a === null ? {} : { min: b === null ? a : Math.min(a, b) }),
    ...(b === null ? {} : { max: a === null ? b : Math.max(a, b) }),
  }));
};

export const randomProfile: fc.Arbitrary<ProfileInput> = fc
  .record({
    strategies: fc.uniqueArray(fc.constantFrom(...STRATEGIES), { minLength: 1 }),
    pricing: fc.constantFrom('mid' as const, 'natural' as const),
    bestPer: fc.constantFrom(undefined, undefined, 'symbol' as const, 'expiry' as const),
    feesPerLeg: fc.constantFrom(0, 0.65, 1.3),
    /** ivPercentile and ivRank reject everything on a quote file, so they come seldom. */
    filters: fc.uniqueArray(
      fc.oneof(
        { weight: 20, arbitrary: fc.constantFrom(...RANGE_FILTERS.filter((name) => !name.startsWith('iv'))) },
        { weight: 1, arbitrary: fc.constantFrom('ivRank' as const, 'ivPercentile' as const) },
      ),
      { maxLength: 4 },
    ),
    rankBy: fc.dictionary(fc.constantFrom(...RANK_MEASURES), fc.integer({ min: -2, max: 3 }), { maxKeys: 3 }),
  })
  .chain(({ filters, ...rest }) =>
    fc.tuple(...filters.map((filter) => range(filter))).map((ranges) => ({
      version: 1 as const,
      name: 'random',
      ...rest,
      ...Object.fromEntries(filters.map((filter, i) => [filter, ranges[i]])),
    })),
  );
