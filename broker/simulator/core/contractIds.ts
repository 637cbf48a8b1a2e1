import type { Right } from '../../../scanner/domain/option.ts';
import type { DayNumber } from './tradingCalendar.ts';

/**
 * Contract ids are computed, never handed out, so that they are the same after a restart: clients cache them for a
 * day. An option's id packs class (7 bits), settlement day (11, modulo), strike number (12) and right (1) into 31
 * bits; ids below 2^24 are underlyings.
 */
const FIRST_UNDERLYING = 100_000;
const DAYS = 2048;
const STRIKES = 4096;
/** Class 0 would collide with underlyings; class 127 would exceed 2^31 - 1. */
export const MAX_CLASSES = 126;

export function underlyingConId(index: number): number {
  return FIRST_UNDERLYING + index;
}

export interface OptionKey {
  /** From 0; at most MAX_CLASSES - 1. */
  classIndex: number;
  day: DayNumber;
  /** From 0 to 4095: the strike in units of its class, or its place in a recorded chain. */
  strikeNumber: number;
  right: Right;
}

/** @throws RangeError when a part does not fit. */
export function optionConId({ classIndex, day, strikeNumber, right }: OptionKey): number {
  if (classIndex < 0 || classIndex >= MAX_CLASSES || strikeNumber < 0 || strikeNumber >= STRIKES) {
    throw new RangeError(`no contract id for class ${classIndex}, strike number ${strikeNumber}`);
  }
  return (((classIndex + 1) * DAYS + (day % DAYS)) * STRIKES + strikeNumber) * 2 + (right === 'P' ? 1 : 0);
}

/** The parts of an option's id, the day being the one nearest to `today`; undefined for an underlying's id. */
export function parseOptionConId(conId: number, today: DayNumber): OptionKey | undefined {
  if (!Number.isInteger(conId) || conId < DAYS * STRIKES * 2 || conId >= 2 ** 31) return undefined;
  const right: Right = conId % 2 === 1 ? 'P' : 'C';
  const rest = Math.floor(conId / 2);
  const strikeNumber = rest % STRIKES;
  const dayPart = Math.floor(rest / STRIKES) % DAYS;
  const classIndex = Math.floor(rest / STRIKES / DAYS) - 1;
  const base = Math.floor(today / DAYS) * DAYS + dayPart;
  const day = [base - DAYS, base, base + DAYS].reduce((a, b) => (Math.abs(b - today) < Math.abs(a - today) ? b : a));
  return { classIndex, day, strikeNumber, right };
}
