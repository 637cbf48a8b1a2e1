import { Temporal } from 'temporal-polyfill';
import type { IsoDate } from '../../scanner/domain/option.ts';

/**
 * The edge where TWS's ways of saying "no value" become undefined: DBL_MAX, INT_MAX, -1, -2, empty text and a zero
 * where zero cannot be. Nothing past this file sees a sentinel.
 * @source tws.md; @stoqey/ib turns an exact DBL_MAX into undefined but an empty field into 0.
 */

/** Unset doubles arrive as 1.7976931348623157E308, and rounded or scaled by TWS as anything near it. */
const UNSET_FROM = 1e300;
const INT_MAX = 2_147_483_647;

function finite(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && Math.abs(value) < UNSET_FROM ? value : undefined;
}

/**
 * Reads a single-leg bid. Not for combos: there -1 is a real price.
 * @returns dollars per share; undefined for empty, unset sentinels, or -1. 0 is a real bid.
 */
export function legPrice(value: number | undefined): number | undefined {
  const price = finite(value);
  return price === undefined || price < 0 ? undefined : price;
}

/** An ask, last or close of one contract: nobody sells at 0, so 0 is "none" here. @returns dollars per share. */
export function positivePrice(value: number | undefined): number | undefined {
  const price = finite(value);
  return price === undefined || price <= 0 ? undefined : price;
}

/** A combo's price: any finite number, since a credit is negative. */
export function comboPrice(value: number | undefined): number | undefined {
  return finite(value);
}

/** Size, volume, open interest. @returns undefined for unset, negative and INT_MAX. */
export function count(value: number | undefined): number | undefined {
  const size = finite(value);
  return size === undefined || size < 0 || size >= INT_MAX ? undefined : size;
}

/** Dollars of a balance, margin or P&L; may be negative or 0. */
export function money(value: number | undefined): number | undefined {
  return finite(value);
}

/** Dollars as text (account values). @returns undefined for empty, unset and not-a-number. */
export function moneyText(value: string): number | undefined {
  return value.trim() === '' ? undefined : finite(Number(value));
}

/** `20231020` (anything after it is a time) to `2023-10-20`; undefined when it is not a date. */
export function isoDate(twsDate: string | undefined): IsoDate | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})/.exec(twsDate ?? '');
  return match ? `${match[1]}-${match[2]}-${match[3]}` : undefined;
}

/** A `yyyymmdd` that exists, with nothing after it. */
export function wireDate(text: string | undefined): IsoDate | undefined {
  const date = text?.trim().length === 8 ? isoDate(text.trim()) : undefined;
  try {
    return date && Temporal.PlainDate.from(date).toString();
  } catch {
    return undefined;
  }
}

/** Time zones that TWS names in ways of its own. */
const ZONES: Readonly<Record<string, string>> = { EST: 'America/New_York', EDT: 'America/New_York' };

/**
 * A TWS time such as `20261120 10:15:22 US/Eastern`. @returns ms since 1970; undefined when it cannot be read or its
 * zone is not named (TWS then means its own login's).
 */
export function wireTimeMs(text: string | undefined): number | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})[ -]+(\d{2}:\d{2}:\d{2}) +(\S+)$/.exec(text?.trim() ?? '');
  if (!match) return undefined;
  const [, year, month, day, time, zone = ''] = match;
  try {
    const timeZone = ZONES[zone] ?? zone;
    return Temporal.PlainDateTime.from(`${year}-${month}-${day}T${time}`).toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    return undefined;
  }
}

export interface ModelTick {
  iv: number | undefined;
  delta: number | undefined;
  gamma: number | undefined;
  theta: number | undefined;
  vega: number | undefined;
  underlyingPrice: number | undefined;
}

/**
 * Broker's model values. An IV of 0 or less, or a delta of 0 or beyond 1, means that TWS has not computed: then none
 * of the Greeks of that tick is to be trusted.
 * @source tws.md, defect 10; finance.md, "vendor Greeks that are missing".
 */
export function modelTick(raw: ModelTick): Partial<ModelTick> {
  const iv = finite(raw.iv);
  const delta = finite(raw.delta);
  if (iv === undefined || iv <= 0) return {};
  if (delta === undefined || delta === 0 || Math.abs(delta) > 1) return { iv };
  return {
    iv,
    delta,
    gamma: finite(raw.gamma),
    theta: finite(raw.theta),
    vega: finite(raw.vega),
    underlyingPrice: positivePrice(raw.underlyingPrice),
  };
}

/** An implied or historical vol of an underlying, as a fraction. */
export function volatility(value: number | undefined): number | undefined {
  const vol = finite(value);
  return vol === undefined || vol <= 0 ? undefined : vol;
}
