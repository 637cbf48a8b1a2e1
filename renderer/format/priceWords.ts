import { formatMoney, formatPrice } from './formatNumber.ts';

export interface PriceWords {
  /** `Receive` or `Pay`. */
  verb: string;
  perShare: string;
  perContract: string;
  total: string;
}

/** A limit in words before it is a number: who pays whom, per share, per contract and in all. */
export function priceWords(credit: number, quantity: number, multiplier: number): PriceWords {
  const size = Math.abs(credit);
  return {
    verb: credit >= 0 ? 'Receive' : 'Pay',
    perShare: formatPrice(size),
    perContract: formatMoney(size * multiplier),
    total: formatMoney(size * multiplier * quantity),
  };
}
