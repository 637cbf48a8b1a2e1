/** What a notice of TWS, by its code, says about the order that it names. */
export type OrderNotice =
  /** The order is dead whatever was heard before. */
  | 'rejects'
  /** Refused as a new order; on an order that TWS has shown as live it says nothing of its end. */
  | 'rejectsNew'
  | 'cancels'
  | 'cancelRefused'
  /** TWS does not know the id: the order may be dead, or belong to another client. Never an end. */
  | 'notFound'
  /** Shown on the order, phase unchanged. The default for every code that is not listed. */
  | 'shows';

/** The order was refused as a whole before it lived. */
const REJECTS_NEW: ReadonlySet<number> = new Set([
  103, 104, 105, 106, 107, 109, 110, 111, 113, 114, 116, 117, 118, 133, 163, 200, 203, 320, 321, 325, 328, 329, 336,
  337, 338, 339, 347, 355, 361, 362, 363, 364, 382, 383, 387, 388, 391, 412, 413, 434, 436, 478, 10052, 10058, 10268,
]);

const NOTICES: ReadonlyMap<number, OrderNotice> = new Map([
  [201, 'rejects'],
  [202, 'cancels'],
  [161, 'cancelRefused'],
  [135, 'notFound'],
  [10147, 'notFound'],
]);

/**
 * Classifies a notice on an order by its code, and for 10148 by its text, which carries the state that TWS holds.
 * 399, 404 and 10349 (time in force was set by a preset) are listed nowhere on purpose: the order lives on. Reading
 * 10349 as a cancel caused fifteen duplicate orders.
 * @source TWS API message codes; pysystemtrade #1580 for 10349.
 */
export function classifyOrderNotice(code: number, message: string): OrderNotice {
  if (code === 10148) return /state:\s*(Api)?Cancell?ed/i.test(message) ? 'cancels' : 'cancelRefused';
  return NOTICES.get(code) ?? (REJECTS_NEW.has(code) ? 'rejectsNew' : 'shows');
}
