import type { ChainRequest } from '../../../broker/gateway.ts';
import type { Right } from '../../../scanner/domain/option.ts';
import type { Profile } from '../../../scanner/domain/profile.ts';
import { STRATEGY_SHAPES, VERTICAL_SHAPES, type VerticalStrategy } from '../../../scanner/domain/strategy.ts';

/** No delta filter: everything that is listed. */
const ALL_DELTAS = { min: 0, max: 1 };

/**
 * The quotes that a profile can use, and no others. A spread has its short leg inside `shortDelta` and its long leg
 * inside `longDelta`, at most `width` apart: with a width cap, one leg's window and its neighbourhood hold every
 * candidate, so the narrower window is asked for; without a cap both windows are. Where every strategy of a right has
 * its other leg on one side, the neighbourhood is that side.
 */
export function chainRequest(profile: Profile): ChainRequest {
  const { dte, width } = profile;
  const short = deltaWindow(profile.shortDelta);
  const long = deltaWindow(profile.longDelta);
  const asksShort = short.max - short.min <= long.max - long.min;
  const narrower = asksShort ? short : long;
  const both = { min: Math.min(short.min, long.min), max: Math.max(short.max, long.max) };
  return {
    symbols: [...new Set(profile.symbols)],
    dte: { ...(dte.min === undefined ? {} : { min: dte.min }), ...(dte.max === undefined ? {} : { max: dte.max }) },
    absDelta: width.max === undefined ? both : narrower,
    rights: [...new Set(wingsOf(profile).map((wing) => VERTICAL_SHAPES[wing].right))].sort(),
    maxWidth: width.max,
    partnerSide: width.max === undefined || holdsAllDeltas(narrower) ? {} : partnerSides(profile, asksShort),
  };
}

/** The verticals that a profile's strategies are made of. */
function wingsOf({ strategies }: Profile): VerticalStrategy[] {
  return strategies.flatMap((strategy) => STRATEGY_SHAPES[strategy].wings);
}

type Side = 'lower' | 'higher' | 'both';

/** On which side of the asked leg its partner lies, by right. */
function partnerSides(profile: Profile, asksShort: boolean): Partial<Record<Right, Side>> {
  const sides: Partial<Record<Right, Side>> = {};
  for (const wing of wingsOf(profile)) {
    const { right, shortIsHigher } = VERTICAL_SHAPES[wing];
    const side = shortIsHigher === asksShort ? 'lower' : 'higher';
    sides[right] = (sides[right] ?? side) === side ? side : 'both';
  }
  return sides;
}

function deltaWindow(range: Profile['shortDelta']): { min: number; max: number } {
  return { min: Math.max(0, range.min ?? ALL_DELTAS.min), max: Math.min(1, range.max ?? ALL_DELTAS.max) };
}

/** True when quotes loaded for `loaded` hold everything that `wanted` needs: nothing need be asked for again. */
export function covers(loaded: ChainRequest, wanted: ChainRequest): boolean {
  const symbols = new Set(loaded.symbols);
  const rights = new Set(loaded.rights);
  return (
    wanted.symbols.every((symbol) => symbols.has(symbol)) &&
    wanted.rights.every((right) => rights.has(right)) &&
    (loaded.dte.min ?? 0) <= (wanted.dte.min ?? 0) &&
    (loaded.dte.max ?? Infinity) >= (wanted.dte.max ?? Infinity) &&
    loaded.absDelta.min <= wanted.absDelta.min &&
    loaded.absDelta.max >= wanted.absDelta.max &&
    (holdsAllDeltas(loaded.absDelta) || holdsPartners(loaded, wanted))
  );
}

/** True when partners were loaded as far out as they are wanted, and on every side. */
function holdsPartners(loaded: ChainRequest, wanted: ChainRequest): boolean {
  const { maxWidth = 0 } = wanted;
  if (maxWidth <= 0) return true;
  const sideOf = ({ partnerSide = {} }: ChainRequest, right: Right): Side => partnerSide[right] ?? 'both';
  return (
    (loaded.maxWidth ?? 0) >= maxWidth &&
    wanted.rights.every((right) => ['both', sideOf(wanted, right)].includes(sideOf(loaded, right)))
  );
}

/** With every strike loaded, no partner of a width can be missing. */
function holdsAllDeltas({ min, max }: ChainRequest['absDelta']): boolean {
  return min <= ALL_DELTAS.min && max >= ALL_DELTAS.max;
}
