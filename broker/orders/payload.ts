import { createHash } from 'node:crypto';
import { toMicros } from '../../scanner/domain/money.ts';
import type { ComboLeg, ComboOrder } from '../gateway.ts';

/**
 * The one text of an order: what a person previewed and what is sent must give the same. The combo is always bought
 * as listed, so the side lies in the legs; legs are sorted, since their order means nothing to the exchange.
 * @throws RangeError if the limit is not a finite number of micro-dollars.
 */
export function canonicalPayload(order: ComboOrder): string {
  const legs = order.legs.map(({ conId, action, ratio }) => [conId, action, ratio] as const);
  legs.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  return JSON.stringify({
    account: order.account,
    symbol: order.symbol,
    side: 'BUY',
    legs,
    quantity: order.quantity,
    limitMicros: toMicros(order.limitPrice),
    tif: order.tif,
  });
}

/** SHA-256 of the canonical payload, hexadecimal. */
export function payloadHash(order: ComboOrder): string {
  return createHash('sha256').update(canonicalPayload(order)).digest('hex');
}

/** Legs and their sides alone: two orders with the same text trade the same thing the same way. */
export function legsKey(order: { account: string; legs: readonly ComboLeg[] }): string {
  const legs = order.legs.map(({ conId, action, ratio }) => `${action} ${ratio} ${conId}`).sort();
  return `${order.account}: ${legs.join(', ')}`;
}

/**
 * Credit per share (> 0 received, < 0 paid) to the limit of a combo that is bought as listed, and back. The same
 * change of sign both ways; 0 stays 0 and never becomes -0, which the wire would show as "-0".
 */
export function limitOfCredit(credit: number): number {
  return credit === 0 ? 0 : -credit;
}

export function creditOfLimit(limitPrice: number): number {
  return limitPrice === 0 ? 0 : -limitPrice;
}
