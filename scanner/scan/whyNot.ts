import type { Profile } from '../domain/profile.ts';
import { CONDOR_SHAPES, isVertical, STRATEGY_SHAPES, VERTICAL_SHAPES, type Strategy } from '../domain/strategy.ts';
import { Cancellation } from './cancellation.ts';
import { CondorBlock } from './condorBlock.ts';
import { condorFailures, verticalFailures, type Failure } from './failures.ts';
import type { PreparedChain } from './preparedChain.ts';
import type { PreparedGroup } from './preparedGroup.ts';
import { activeRanges } from './range.ts';
import { VerticalBlock } from './verticalBlock.ts';
import { Workspace } from './workspace.ts';

/** A named spread; without a root, the first root that has all its strikes is taken. */
export interface WhyNotQuestion {
  symbol: string;
  root?: string | undefined;
  expiry: string;
  strategy: Strategy;
  shortStrike: number;
  longStrike: number;
  /** Of an iron condor or butterfly, whose shortStrike and longStrike are those of its puts. */
  callShortStrike?: number | undefined;
  callLongStrike?: number | undefined;
}

export interface WhyNot {
  /** Whether all legs are in the chain. */
  found: boolean;
  passes: boolean;
  /** In the order in which the funnel counts: the first is the one that it counts. */
  failures: Failure[];
  text: string;
}

/** Why a named spread is not among the results: the first filter that it fails, and all others that it would fail. */
export function whyNot(prepared: PreparedChain, profile: Profile, question: WhyNotQuestion): WhyNot {
  const wrong = wrongStrikes(question);
  if (wrong !== undefined) return notFound(wrong);
  const failures = failuresOf(prepared, profile, question);
  const name = nameOf(question);
  if (!failures) {
    return notFound(
      `${name} is not among the quotes that are loaded. Check expiry and strikes, or load more of the chain.`,
    );
  }
  const [first] = failures;
  const text = first ? `${name} is left out: ${first.text}` : `${name} passes every filter.`;
  return { found: true, passes: failures.length === 0, failures, text };
}

function notFound(text: string): WhyNot {
  return { found: false, passes: false, failures: [], text };
}

function nameOf({ symbol, expiry, strategy, shortStrike, longStrike, ...calls }: WhyNotQuestion): string {
  const puts = `${shortStrike}/${longStrike}`;
  const strikes = isVertical(strategy) ? puts : `${puts} ${calls.callShortStrike}/${calls.callLongStrike}`;
  return `${symbol} ${expiry} ${strikes} ${STRATEGY_SHAPES[strategy].name}`;
}

/** In words, when the strikes are not those of such a spread. */
function wrongStrikes(question: WhyNotQuestion): string | undefined {
  const { strategy, shortStrike, longStrike, callShortStrike, callLongStrike } = question;
  const { name } = STRATEGY_SHAPES[strategy];
  if (isVertical(strategy)) {
    const { shortIsHigher } = VERTICAL_SHAPES[strategy];
    if (shortIsHigher === shortStrike > longStrike && shortStrike !== longStrike) return undefined;
    return `A ${name} sells the ${shortIsHigher ? 'higher' : 'lower'} strike; ${shortStrike} sold and ${longStrike} bought is none.`;
  }
  if (callShortStrike === undefined || callLongStrike === undefined) {
    return `An ${name} has four strikes: give those of its calls too.`;
  }
  const { shortsMeet } = CONDOR_SHAPES[strategy];
  const areShorts = shortsMeet ? shortStrike === callShortStrike : shortStrike < callShortStrike;
  if (areShorts && longStrike < shortStrike && callShortStrike < callLongStrike) return undefined;
  const order = shortsMeet ? 'the same strike twice' : 'a put below a call';
  return `An ${name} sells ${order} and buys a lower put and a higher call; ${shortStrike}/${longStrike} and ${callShortStrike}/${callLongStrike} is none.`;
}

/** Undefined when a leg is not in the chain. */
function failuresOf(prepared: PreparedChain, profile: Profile, question: WhyNotQuestion): Failure[] | undefined {
  const { symbol, root, expiry, strategy, shortStrike, longStrike, callShortStrike, callLongStrike } = question;
  const workspace = new Workspace(new Cancellation());
  const frame = { profile, ranges: activeRanges(profile), asOfMs: prepared.asOfMs };
  for (const one of prepared.expiries) {
    const [first] = one.sides;
    if (first?.symbol !== symbol || first.expiry !== expiry) continue;
    if (root !== undefined && first.root !== root) continue;
    if (isVertical(strategy)) {
      const rows = rowsOf(one.group(VERTICAL_SHAPES[strategy].right), shortStrike, longStrike);
      if (!rows) continue;
      const block = new VerticalBlock({ group: rows.group, strategy, profile }, workspace.columns);
      block.set(0, rows.short, rows.long);
      block.count = 1;
      return verticalFailures(block, frame, workspace);
    }
    const puts = rowsOf(one.group('P'), shortStrike, longStrike);
    const calls = rowsOf(one.group('C'), callShortStrike, callLongStrike);
    if (!puts || !calls) continue;
    const block = new CondorBlock({ puts: puts.group, calls: calls.group, strategy, profile }, workspace);
    block.set(0, puts, calls);
    block.count = 1;
    return condorFailures(block, frame, workspace);
  }
  return undefined;
}

function rowsOf(
  group: PreparedGroup | undefined,
  shortStrike: number | undefined,
  longStrike: number | undefined,
): { group: PreparedGroup; short: number; long: number } | undefined {
  const short = group?.strike.indexOf(shortStrike ?? NaN) ?? -1;
  const long = group?.strike.indexOf(longStrike ?? NaN) ?? -1;
  return group && short >= 0 && long >= 0 ? { group, short, long } : undefined;
}
