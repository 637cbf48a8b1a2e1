import type { ChainRequest } from '../../../broker/gateway.ts';
import type { Profile } from '../../../scanner/domain/profile.ts';
import { STRATEGY_SHAPES } from '../../../scanner/domain/strategy.ts';

/** No delta filter: everything that is listed. */
const ALL_DELTAS = { min: 0, max: 1 };

/**
 * The quotes that a profile can use, and no others. A spread has its short leg inside `shortDelta` and its long leg
 * inside `longDelta`, at most `width` apart: with a width cap, one leg's window and its neighbourhood hold every
 * candidate, so the narrower window is asked for; without a cap both windows are.
 */
export function chainRequest(profile: Profile): ChainRequest {
  const { dte, width } = profile;
  const short = deltaWindow(profile.shortDelta);
  const long = deltaWindow(profile.longDelta);
  const narrower = short.max - short.min <= long.max - long.min ? short : long;
  const both = { min: Math.min(short.min, long.min), max: Math.max(short.max, long.max) };
  return {
    symbols: [...new Set(profile.symbols)],
    dte: { ...(dte.min === undefined ? {} : { min: dte.min }), ...(dte.max === undefined ? {} : { max: dte.max }) },
    absDelta: width.max === undefined ? both : narrower,
    rights: [...new Set(profile.strategies.map((strategy) => STRATEGY_SHAPES[strategy].right))].sort(),
    maxWidth: width.max,
  };
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
    (holdsAllDeltas(loaded) || (loaded.maxWidth ?? 0) >= (wanted.maxWidth ?? 0))
  );
}

/** With every strike loaded, no partner of a width can be missing. */
function holdsAllDeltas({ absDelta }: ChainRequest): boolean {
  return absDelta.min <= ALL_DELTAS.min && absDelta.max >= ALL_DELTAS.max;
}
