import type { Right } from '../../scanner/domain/option.ts';
import type { QuoteUpdate } from '../gateway.ts';
import { count, legPrice, modelTick, positivePrice, volatility, wireDate, type ModelTick } from './values.ts';

/** Tick types of TWS, live and delayed. @source IBKR, "Available Tick Types". */
const BID = new Set([1, 66]);
const ASK = new Set([2, 67]);
const LAST = new Set([4, 68]);
const CLOSE = new Set([9, 75]);
const VOLUME = new Set([8, 74]);
const CALL_OPEN_INTEREST = 27;
const PUT_OPEN_INTEREST = 28;
const IMPLIED_VOL_30_DAYS = 24;
const DIVIDENDS = 59;
/** Bid, ask and last computations (10-12, 80-82) are left to our own model. */
const MODEL = new Set([13, 83]);

/** A price tick. A bid of -1 is "nobody bids" and erases the one before. */
export function priceTick(tick: number, value: number | undefined): QuoteUpdate | undefined {
  if (BID.has(tick)) return { bid: legPrice(value) };
  if (ASK.has(tick)) return { ask: positivePrice(value) };
  if (LAST.has(tick)) return keep('last', positivePrice(value));
  if (CLOSE.has(tick)) return keep('close', positivePrice(value));
  return undefined;
}

/** Volume and open interest; the latter comes for both rights, and only the contract's own counts. */
export function sizeTick(
  tick: number | undefined,
  value: number | undefined,
  right: Right | undefined,
): QuoteUpdate | undefined {
  if (tick === undefined) return undefined;
  if (VOLUME.has(tick)) return keep('volume', count(value));
  const own = right === 'C' ? CALL_OPEN_INTEREST : PUT_OPEN_INTEREST;
  return right !== undefined && tick === own ? keep('openInterest', count(value)) : undefined;
}

/** The 30-day implied vol of an underlying (generic tick 106), as a fraction. */
export function volTick(tick: number, value: number | undefined): QuoteUpdate | undefined {
  return tick === IMPLIED_VOL_30_DAYS ? keep('iv', volatility(value)) : undefined;
}

/**
 * What a share pays: `0.83,0.92,20130219,0.23` is the sum of the past and of the coming twelve months, then date and
 * amount of the next. A share that pays nothing has `,,,`.
 * @source IBKR, "Available Tick Types", 59.
 */
export function dividendTick(tick: number, text: string | undefined): QuoteUpdate | undefined {
  if (tick !== DIVIDENDS || text === undefined) return undefined;
  const [, year = '', date = '', next = ''] = text.split(',');
  const [amount, yearAmount] = [positivePrice(Number(next)), positivePrice(Number(year))];
  const exDate = wireDate(date);
  if (amount === undefined || exDate === undefined) return undefined;
  return { dividends: { next: { exDate, amount }, yearAmount: yearAmount ?? amount } };
}

/** The broker's model values; undefined for other computations and while TWS has not computed. */
export function optionTick(tick: number, raw: ModelTick): QuoteUpdate | undefined {
  if (!MODEL.has(tick)) return undefined;
  const model = modelTick(raw);
  return model.iv === undefined ? undefined : model;
}

function keep(field: keyof QuoteUpdate, value: number | undefined): QuoteUpdate | undefined {
  return value === undefined ? undefined : { [field]: value };
}
