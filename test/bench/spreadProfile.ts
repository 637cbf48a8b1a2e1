import { parseProfile, type Profile } from '../../scanner/domain/profile.ts';

/** What every scan line filters with: the verticals of 20 to 60 days that an income trader would look at. */
export const spreadProfile: Profile = parseProfile({
  version: 1,
  name: 'bench',
  dte: { min: 20, max: 60 },
  shortDelta: { min: 0.15, max: 0.35 },
  width: { min: 1, max: 10 },
  creditToWidth: { min: 0.15 },
  openInterest: { min: 100 },
  bidAskPercent: { max: 0.2 },
});

/**
 * The profile of one round: a slider dragged by a thousandth at a time and back every tenth round, when it is where
 * `spreadProfile` has it. No round finds filtered what it asks for; rows that the last one showed too are scored again.
 */
export function draggedTo(round: number, profile = spreadProfile): Profile {
  return { ...profile, shortDelta: { min: 0.15, max: 0.35 + 0.001 * (round % 10) } };
}
