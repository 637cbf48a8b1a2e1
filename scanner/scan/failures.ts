import { RANGE_FILTERS, TOLERANCE, type FunnelStage, type Profile } from '../domain/profile.ts';
import { STRATEGY_SHAPES } from '../domain/strategy.ts';
import { type CandidateBlock, markInRange } from './candidateBlock.ts';
import { candidateTests, markPassing, type CandidateTest, type TestFrame } from './candidateTests.ts';
import type { CondorBlock } from './condorBlock.ts';
import { isWholeFilter } from './condorJoin.ts';
import { isLeftOut } from './eligibility.ts';
import { clean, describeRange } from './range.ts';
import { canSell, isPrice } from './tradeable.ts';
import type { VerticalBlock } from './verticalBlock.ts';
import type { Workspace } from './workspace.ts';

export interface Failure {
  filter: FunnelStage;
  /** What the filter found; absent when it is not known or not a number. */
  value?: number | undefined;
  /** What it asks for, in words. */
  bound: string;
  text: string;
}

/** What a block's only candidate fails, in the order in which its funnel counts. */
export function verticalFailures(block: VerticalBlock, frame: TestFrame, workspace: Workspace): Failure[] {
  const { profile } = frame;
  const tests = candidateTests(block.group, frame);
  return [
    ...strategyFailures(block, profile),
    ...priceFailures(block, profile),
    ...tests.flatMap((test) => testFailure(block, test, { profile, workspace }) ?? []),
  ];
}

/** The same of four legs: the wings first, of which the worse is named, then the whole. */
export function condorFailures(block: CondorBlock, frame: TestFrame, workspace: Workspace): Failure[] {
  const { profile, ranges } = frame;
  const wings = [block.puts, block.calls];
  for (const wing of wings) wing.count = 1;
  const wingTests = wings.map((wing) => candidateTests(wing.group, frame).filter(({ stage }) => !isWholeFilter(stage)));
  const ofWings = wingTests[0]?.flatMap((_, k) => {
    const failures = wings.flatMap((wing, side) => {
      const test = wingTests[side]?.[k];
      const failure = test && testFailure(wing, test, { profile, workspace });
      return failure ? [failure.value === undefined ? failure : inWing(side, failure)] : [];
    });
    return failures.slice(0, 1);
  });
  const unpriced = wings.flatMap((wing, side) => priceFailures(wing, profile).map((failure) => inWing(side, failure)));
  return [
    ...strategyFailures(block, profile),
    ...unpriced.slice(0, 1),
    ...(ofWings ?? []),
    ...(unpriced.length === 0 ? wholePriceFailures(block) : []),
    ...ranges.flatMap((range) => {
      if (!isWholeFilter(range.filter)) return [];
      markInRange(block, range, workspace);
      return workspace.passes[0] === 1 ? [] : [rangeFailure(block, range.filter, { profile, workspace })];
    }),
  ];
}

function inWing(side: number, failure: Failure): Failure {
  return { ...failure, text: `of the ${side === 0 ? 'puts' : 'calls'}, ${failure.text}` };
}

function strategyFailures({ strategy, facts }: CandidateBlock, profile: Profile): Failure[] {
  if (!profile.strategies.includes(strategy)) {
    const bound = profile.strategies.join(', ');
    return [{ filter: 'strategies', bound, text: `the profile asks for ${bound} only.` }];
  }
  if (!isLeftOut(strategy, facts, profile)) return [];
  const side = STRATEGY_SHAPES[strategy].credit ? 'at least' : 'below';
  const bound = `IV percentile ${side} ${profile.autoMode?.ivPercentileAtLeast ?? ''}`;
  const value = facts.ivPercentile;
  return [{ filter: 'strategies', value, bound, text: `auto mode wants ${bound}, found ${value ?? 'none'}.` }];
}

function priceFailures(block: VerticalBlock, profile: Profile): Failure[] {
  const { group, short, long } = block.wing(0);
  const [width = NaN] = block.width;
  const [credit = NaN] = block.credit;
  const isCredit = block.shape.credit;
  const unquoted = [short, long].filter((row) => group.isQuoted[row] !== 1).map((row) => group.strike[row]);
  if (unquoted.length > 0) {
    const text = `no usable quote at ${unquoted.join(' and ')}: a leg needs an ask above 0 and a bid not above it.`;
    return [{ filter: 'tradeable', bound: 'both legs quoted', text }];
  }
  if (!canSell(group, short, profile.pricing)) {
    const text = `nobody bids for ${group.strike[short] ?? ''}, so it cannot be sold at natural.`;
    return [{ filter: 'tradeable', value: 0, bound: 'a bid above 0', text }];
  }
  if (isPrice(credit, width, isCredit)) return [];
  const bound = isCredit ? `a credit from 0 to below ${width}` : `a debit between 0 and ${width}`;
  const found = isCredit ? `credit ${credit}` : `debit ${clean(-credit)}`;
  return [{ filter: 'tradeable', value: credit, bound, text: `${found} is not a price; expected ${bound}.` }];
}

function wholePriceFailures({ width: [width = NaN], credit: [credit = NaN] }: CondorBlock): Failure[] {
  if (credit < width - TOLERANCE) return [];
  const bound = `a credit below ${width}`;
  return [{ filter: 'tradeable', value: credit, bound, text: `credit ${credit} is not a price; expected ${bound}.` }];
}

interface Asked {
  profile: Profile;
  workspace: Workspace;
}

function testFailure(block: VerticalBlock, test: CandidateTest, asked: Asked): Failure | undefined {
  markPassing(block, test, asked.workspace);
  if (asked.workspace.passes[0] === 1) return undefined;
  const filter = RANGE_FILTERS.find((name) => name === test.stage);
  if (filter) return rangeFailure(block, filter, asked);
  const event = test.stage === 'excludeEarnings' ? 'earnings' : 'an ex-dividend date';
  return { filter: test.stage, bound: `no ${event} before expiry`, text: `${event} fall within its life.` };
}

function rangeFailure(
  block: CandidateBlock,
  filter: (typeof RANGE_FILTERS)[number],
  { profile, workspace }: Asked,
): Failure {
  const bound = describeRange(profile[filter]);
  block.measure(filter, workspace.values, 0);
  const value = clean(workspace.values[0] ?? NaN);
  if (Number.isNaN(value)) return { filter, bound, text: `${filter} is not known; the profile asks for ${bound}.` };
  return { filter, value, bound, text: `${filter} is ${value}; the profile asks for ${bound}.` };
}
