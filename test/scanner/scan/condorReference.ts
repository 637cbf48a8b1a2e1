/**
 * The naive program's iron condors and butterflies: every quadruple is tried by itself. Like the rest of it, written
 * from definitions and sharing nothing with the scanner: a bull put and a bear call of one expiry, whose short strikes
 * are apart (condor) or meet (butterfly).
 */
import type { Profile } from '../../../scanner/domain/profile.ts';
import type { RefOption } from './refChain.ts';

/** What the verticals' program knows of a pair with a price. */
export interface RefWing {
  sold: RefOption;
  bought: RefOption;
  credit: number;
  width: number;
}

export interface CondorProgram<Wing extends RefWing> {
  profile: Profile;
  ranges: readonly (readonly [filter: string, range: { min?: number | undefined; max?: number | undefined }])[];
  /** A pair as a vertical; undefined where it has no price. */
  wing: (strategy: string, sold: RefOption, bought: RefOption) => Wing | undefined;
  measure: (wing: Wing, name: string) => number | undefined;
  /** Whether a wing passes a filter that binds it alone. */
  passes: (wing: Wing, filter: string) => boolean;
  /** P(S_T > x) at the vol of this wing's smile. */
  above: (wing: Wing, x: number) => number | undefined;
  isInside: (value: number | undefined, range: { min?: number | undefined; max?: number | undefined }) => boolean;
  decimal: (x: number) => number;
  counted: (stage: string | undefined, id: string, valueOf: (name: string) => number | undefined) => void;
}

const WHOLE = 'credit creditToWidth maxLoss returnOnRisk pop ev evToRisk netDelta netTheta netVega netGamma'.split(' ');

/** Tries every quadruple of one expiry's options. */
export function tryCondors<Wing extends RefWing>(
  strategy: string,
  options: readonly RefOption[],
  program: CondorProgram<Wing>,
): void {
  const puts = options.filter((o) => o.right === 'P');
  const calls = options.filter((o) => o.right === 'C');
  for (const soldPut of puts) {
    for (const soldCall of calls) {
      if (strategy === 'ironButterfly' ? soldPut.strike !== soldCall.strike : soldPut.strike >= soldCall.strike)
        continue;
      for (const boughtPut of puts.filter((o) => o.strike < soldPut.strike)) {
        const put = program.wing('bullPut', soldPut, boughtPut);
        for (const boughtCall of calls.filter((o) => o.strike > soldCall.strike)) {
          const call = program.wing('bearCall', soldCall, boughtCall);
          const id = `${soldPut.strike}|${boughtPut.strike}|${strategy}|${soldCall.strike}|${boughtCall.strike}`;
          if (!put || !call) program.counted('tradeable', id, () => undefined);
          else {
            const valueOf = (name: string): number | undefined => valueOfCondor(put, call, name, program);
            program.counted(firstFailed(put, call, valueOf, program), id, valueOf);
          }
        }
      }
    }
  }
}

function firstFailed<Wing extends RefWing>(
  put: Wing,
  call: Wing,
  valueOf: (name: string) => number | undefined,
  { ranges, passes, isInside }: CondorProgram<Wing>,
): string | undefined {
  for (const [filter] of ranges) {
    if (!WHOLE.includes(filter) && !(passes(put, filter) && passes(call, filter))) return filter;
  }
  if (!((valueOf('credit') ?? NaN) < Math.max(put.width, call.width) - 1e-9)) return 'tradeable';
  return ranges.find(([filter, range]) => WHOLE.includes(filter) && !isInside(valueOf(filter), range))?.[0];
}

function valueOfCondor<Wing extends RefWing>(
  put: Wing,
  call: Wing,
  name: string,
  program: CondorProgram<Wing>,
): number | undefined {
  const { measure, above, decimal, profile } = program;
  const credit = decimal(put.credit + call.credit);
  const width = Math.max(put.width, call.width);
  const fees = 4 * profile.feesPerLeg;
  const maxProfit = decimal(credit * 100 - fees);
  const maxLoss = decimal((width - credit) * 100 + fees);
  const both = (join: (a: number, b: number) => number): number | undefined => {
    const [a, b] = [measure(put, name), measure(call, name)];
    return a === undefined || b === undefined ? undefined : join(a, b);
  };
  // Beyond its long strike a wing costs its width: where the credit is more, that side never loses.
  const lower = credit > put.width + 1e-9 ? undefined : decimal(put.sold.strike - credit);
  const upper = credit > call.width + 1e-9 ? undefined : decimal(call.sold.strike + credit);
  const ev = (): number | undefined => {
    const [a, b] = [measure(put, 'ev'), measure(call, 'ev')];
    // Each wing's has its own credit and fees in it.
    return a === undefined || b === undefined ? undefined : a + b;
  };
  const pop = (): number | undefined => {
    const [a, b] = [lower === undefined ? 1 : above(put, lower), upper === undefined ? 0 : above(call, upper)];
    return a === undefined || b === undefined ? undefined : Math.max(0, a - b);
  };
  const known: Record<string, () => number | undefined> = {
    width: () => width,
    credit: () => credit,
    creditToWidth: () => credit / width,
    maxProfit: () => maxProfit,
    maxLoss: () => maxLoss,
    breakEven: () => lower ?? upper,
    upperBreakEven: () => (lower === undefined ? undefined : upper),
    returnOnRisk: () => maxProfit / maxLoss,
    annualised: () => ((maxProfit / maxLoss) * 365) / Math.max(1, measure(put, 'dte') ?? NaN),
    dte: () => measure(put, 'dte'),
    pop,
    ev,
    evToRisk: () => {
      const value = ev();
      return value === undefined ? undefined : (value * 100) / maxLoss;
    },
    liquidity: () => both(Math.min),
    distancePercent: () => both(Math.min),
    distanceSigma: () => both(Math.min),
  };
  return known[name] ? known[name]() : both((a, b) => a + b);
}
