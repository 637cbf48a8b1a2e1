import { TOLERANCE, type Profile } from '../domain/profile.ts';
import type { CondorStrategy } from '../domain/strategy.ts';
import { probabilityOfTouch, probabilityOfTouchEither } from '../math/probability.ts';
import {
  BLOCK_SIZE,
  CandidateBlock,
  overMaxLoss,
  PRICE_MEASURES,
  type Measure,
  type MeasureColumn,
  type Wing,
} from './candidateBlock.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { clean } from './range.ts';
import { VerticalBlock } from './verticalBlock.ts';
import { probAbove } from './verticalMeasures.ts';
import type { Workspace } from './workspace.ts';

/** Both rights of one expiry, one strategy, and the profile that prices it. */
export interface CondorFrame {
  puts: PreparedGroup;
  calls: PreparedGroup;
  strategy: CondorStrategy;
  profile: Profile;
}

/**
 * Candidates of four legs: a bull put and a bear call, the same place of two blocks. Width is the wider wing's. The
 * wings' own widths and credits are known only where the block was read from codes.
 */
export class CondorBlock extends CandidateBlock {
  readonly codesPerCandidate = 2;
  readonly isCredit = true;
  readonly strategy: CondorStrategy;
  readonly puts: VerticalBlock;
  readonly calls: VerticalBlock;
  readonly fees: number;
  readonly scratch = new Float64Array(BLOCK_SIZE);

  constructor({ puts, calls, strategy, profile }: CondorFrame, workspace: Workspace) {
    super(workspace.wholeColumns);
    this.strategy = strategy;
    this.puts = new VerticalBlock({ group: puts, strategy: 'bullPut', profile }, workspace.columns);
    this.calls = new VerticalBlock({ group: calls, strategy: 'bearCall', profile }, workspace.callColumns);
    this.fees = this.puts.fees + this.calls.fees;
  }

  get market() {
    return this.puts.market;
  }

  get facts() {
    return this.puts.facts;
  }

  get multiplier(): number {
    return this.puts.multiplier;
  }

  wing(i: number): Wing {
    return this.puts.wing(i);
  }

  callWing(i: number): Wing {
    return this.calls.wing(i);
  }

  move(from: number, to: number): void {
    this.puts.move(from, to);
    this.calls.move(from, to);
    this.width[to] = this.width[from] ?? NaN;
    this.credit[to] = this.credit[from] ?? NaN;
  }

  writeCodes(codes: Uint32Array, at: number): void {
    const { puts, calls } = this;
    for (let i = 0; i < this.count; i++) {
      codes[at + 2 * i] = puts.codeOf(i);
      codes[at + 2 * i + 1] = calls.codeOf(i);
    }
  }

  readCodes(codes: Uint32Array, from: number, to: number): void {
    const { puts, calls } = this;
    this.count = to - from;
    for (let i = 0; i < this.count; i++) {
      puts.setCode(i, codes[2 * (from + i)] ?? 0);
      calls.setCode(i, codes[2 * (from + i) + 1] ?? 0);
      this.#priceWhole(i);
    }
  }

  /** Makes candidate `at` of the rows of its wings, whether or not it is tradeable. */
  set(at: number, put: Pick<Wing, 'short' | 'long'>, call: Pick<Wing, 'short' | 'long'>): void {
    this.puts.set(at, put.short, put.long);
    this.calls.set(at, call.short, call.long);
    this.#priceWhole(at);
  }

  #priceWhole(at: number): void {
    const { puts, calls } = this;
    this.width[at] = Math.max(puts.width[at] ?? NaN, calls.width[at] ?? NaN);
    this.credit[at] = clean((puts.credit[at] ?? NaN) + (calls.credit[at] ?? NaN));
  }

  measure(name: Measure, out: Float64Array, at: number): void {
    this.puts.count = this.count;
    this.calls.count = this.count;
    CONDOR_MEASURES[name](this, out, at);
  }
}

/**
 * A measure of both wings put together. What binds each wing for itself shows the worse: the one nearer to the money,
 * or less liquid.
 */
function ofWings(name: Measure, join: (put: number, call: number) => number): MeasureColumn<CondorBlock> {
  return ({ puts, calls, count, scratch }, out, at) => {
    puts.measure(name, out, at);
    calls.measure(name, scratch, 0);
    for (let i = 0; i < count; i++) out[at + i] = join(out[at + i] ?? NaN, scratch[i] ?? NaN);
  };
}

const sum = (put: number, call: number): number => clean(put + call);

/** @source finance.md "Measures", of four legs */
const CONDOR_MEASURES: Readonly<Record<Measure, MeasureColumn<CondorBlock>>> = {
  ...PRICE_MEASURES,
  shortDelta: ofWings('shortDelta', Math.max),
  longDelta: ofWings('longDelta', Math.max),
  mid: ofWings('mid', sum),
  natural: ofWings('natural', sum),
  breakEven: (b, out, at) => {
    for (let i = 0; i < b.count; i++) {
      const lower = lowerBreakEven(b, i);
      out[at + i] = Number.isNaN(lower) ? upperBreakEven(b, i) : lower;
    }
  },
  upperBreakEven: (b, out, at) => {
    for (let i = 0; i < b.count; i++) out[at + i] = Number.isNaN(lowerBreakEven(b, i)) ? NaN : upperBreakEven(b, i);
  },
  pop,
  touch,
  // The shorts cannot both end in the money.
  probShortOtm: ofWings('probShortOtm', (put, call) => Math.max(0, put + call - 1)),
  ev,
  evToRisk: overMaxLoss(ev),
  netDelta: ofWings('netDelta', sum),
  netGamma: ofWings('netGamma', sum),
  netTheta: ofWings('netTheta', sum),
  netVega: ofWings('netVega', sum),
  openInterest: ofWings('openInterest', Math.min),
  volume: ofWings('volume', Math.min),
  bidAskPercent: ofWings('bidAskPercent', Math.max),
  liquidity: ofWings('liquidity', Math.min),
  distancePercent: ofWings('distancePercent', Math.min),
  distanceSigma: ofWings('distanceSigma', Math.min),
};

/** True where the credit is more than the whole wing can cost: on that side nothing can be lost. */
function isPaidFor({ credit }: CondorBlock, { group, short, long }: VerticalBlock, i: number): boolean {
  const width = Math.abs((group.strike[short[i] ?? 0] ?? NaN) - (group.strike[long[i] ?? 0] ?? NaN));
  return (credit[i] ?? NaN) > width + TOLERANCE;
}

/** NaN where there is none, which can be so on one side only. */
function lowerBreakEven(block: CondorBlock, i: number): number {
  const { puts, credit } = block;
  if (isPaidFor(block, puts, i)) return NaN;
  return clean((puts.group.strike[puts.short[i] ?? 0] ?? NaN) - (credit[i] ?? NaN));
}

function upperBreakEven(block: CondorBlock, i: number): number {
  const { calls, credit } = block;
  if (isPaidFor(block, calls, i)) return NaN;
  return clean((calls.group.strike[calls.short[i] ?? 0] ?? NaN) + (credit[i] ?? NaN));
}

/** P(lower break-even < S_T < upper), each side at the vol that its own wing's smile has there. */
function pop(b: CondorBlock, out: Float64Array, at: number): void {
  const { puts, calls, count } = b;
  for (let i = 0; i < count; i++) {
    const lower = lowerBreakEven(b, i);
    const upper = upperBreakEven(b, i);
    const above = Number.isNaN(lower) ? 1 : probAbove(puts.group, lower, puts.short[i] ?? 0);
    const beyond = Number.isNaN(upper) ? 0 : probAbove(calls.group, upper, calls.short[i] ?? 0);
    out[at + i] = Math.max(0, above - beyond);
  }
}

/**
 * P(one of the sold strikes is touched, or both): each at its own vol, as in a vertical, less that of touching both, for
 * which the mean of the two vols is taken.
 */
function touch(b: CondorBlock, out: Float64Array, at: number): void {
  const { puts, calls, count } = b;
  for (let i = 0; i < count; i++) {
    const [put, call] = [puts.short[i] ?? 0, calls.short[i] ?? 0];
    const [below, above] = [puts.group.legs.touch.at(put), calls.group.legs.touch.at(call)];
    const { spot, years, rate, dividendYield } = puts.group.market;
    const vol = 0.5 * ((puts.group.iv[put] ?? NaN) + (calls.group.iv[call] ?? NaN));
    const [lower, upper] = [puts.group.strike[put] ?? NaN, calls.group.strike[call] ?? NaN];
    const input = { spot, years, vol, rate, dividendYield };
    const each = probabilityOfTouch({ ...input, barrier: lower }) + probabilityOfTouch({ ...input, barrier: upper });
    const both = each - probabilityOfTouchEither({ ...input, lower, upper });
    out[at + i] = Math.max(below, above, Math.min(1, below + above - both));
  }
}

/** The wings' expected payoffs together, under the `rnd` lens, with the credit and after fees; per share. */
function ev(b: CondorBlock, out: Float64Array, at: number): void {
  const { puts, calls, count, credit, scratch } = b;
  puts.payoffs(out, at);
  calls.payoffs(scratch, 0);
  const fees = b.fees / b.multiplier;
  for (let i = 0; i < count; i++) out[at + i] = (credit[i] ?? NaN) + (out[at + i] ?? NaN) + (scratch[i] ?? NaN) - fees;
}
