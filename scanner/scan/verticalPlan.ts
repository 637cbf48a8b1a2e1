import type { CandidateTest } from './candidateTests.ts';
import type { PreparedGroup } from './preparedGroup.ts';

/** How the first tests are taken together so that most pairs of a group are never touched, whatever the strategy. */
export interface VerticalPlan {
  /** After `tradeable`, in the order in which they count. */
  tests: readonly CandidateTest[];
  /** Tests before it are passed by the group as a whole. */
  lead: number;
  /** The lead where it looks at the short leg: a row that fails takes all its pairs with it. */
  short: Uint8Array | undefined;
  /** Half-open range of the rows that pass it: all others fail, and some within may. */
  fromShort: number;
  toShort: number;
  /** Rows that can be bought, ascending; where the next test is of the long leg, those that pass it. */
  partners: Int32Array;
  /** Distances between the strikes that pass, where the next test is of the width. */
  width: RawRange;
  /** That test of the long leg or of the width, which rejects what is left of a short row's pairs; -1 for none. */
  rest: number;
  /** The first test that is run over blocks of candidates. */
  blocks: number;
  /** Where that test is of the credit over the width, pairs that clearly fail it go into no block. */
  creditToWidth: RawRange;
}

export function verticalPlan(group: PreparedGroup, tests: readonly CandidateTest[]): VerticalPlan {
  const notPassed = tests.findIndex((test) => test.kind !== 'group' || !test.passes);
  const lead = notPassed < 0 ? tests.length : notPassed;
  const short = tests[lead]?.kind === 'short' ? tests[lead].passes : undefined;
  const next = short ? lead + 1 : lead;
  const test = tests[next];
  const ofLong = test?.kind === 'long' ? test.passes : undefined;
  const ofWidth = test?.kind === 'pair' && test.filter === 'width' ? test : undefined;
  const isTaken = ofLong !== undefined || ofWidth !== undefined;
  const blocks = isTaken ? next + 1 : next;
  const first = tests[blocks];
  return {
    tests,
    lead,
    short,
    fromShort: short ? Math.max(0, short.indexOf(1)) : 0,
    toShort: short ? short.lastIndexOf(1) + 1 : group.n,
    partners: ofLong ? group.quotedRows.filter((row) => ofLong[row] === 1) : group.quotedRows,
    width: ofWidth ? rawRange(ofWidth) : ANYTHING,
    rest: isTaken ? next : -1,
    blocks,
    creditToWidth: first?.kind === 'pair' && first.filter === 'creditToWidth' ? rawRange(first) : ANYTHING,
  };
}

/** A range, and how near to a bound of it a raw difference of prices or strikes must be cleaned before it is told. */
export interface RawRange {
  low: number;
  high: number;
  slackBelow: number;
  slackAbove: number;
}

const ANYTHING = rawRange({ low: -Infinity, high: Infinity });

function rawRange({ low, high }: { low: number; high: number }): RawRange {
  return { low, high, slackBelow: slack(low), slackAbove: slack(high) };
}

/** More than `clean` can change of a width or a credit, or of a bound times a width. */
function slack(bound: number): number {
  return Number.isFinite(bound) ? 1e-8 * (1 + Math.abs(bound)) : 0;
}
