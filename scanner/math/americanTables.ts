import { AmericanExpiry, type AmericanExpiryTerms } from './americanExpiry.ts';

/**
 * The American expiries of a worker, kept from one valuation to the next: what was built for a key is used again while
 * its terms stand.
 */
export class AmericanTables {
  private readonly kept = new Map<string, { terms: string; expiry: AmericanExpiry }>();

  /**
   * The expiry of these terms. What it returns is for use now: a later call with the same key may change it.
   * @param key names one expiry and right, for instance `SPY|SPY|2026-01-16|P`.
   * @throws RangeError as `AmericanExpiry`.
   */
  expiry(key: string, terms: AmericanExpiryTerms): AmericanExpiry {
    const fingerprint = JSON.stringify(terms);
    const known = this.kept.get(key);
    if (known?.terms === fingerprint) return known.expiry;
    const expiry = new AmericanExpiry(terms);
    this.kept.set(key, { terms: fingerprint, expiry });
    return expiry;
  }
}
