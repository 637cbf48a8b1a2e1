import type { ExpirySurface, SurfaceContract } from './expirySurface.ts';

/** Why a vendor's vol is not ours, as far as the quotes tell. */
export type DisagreementReason =
  | 'zero-bid'
  | 'crossed'
  | 'below-intrinsic'
  | 'no-vega'
  | 'clock'
  | 'near-expiry'
  | 'carry'
  | 'dividend'
  | 'stale'
  | 'unknown';

export interface VendorDisagreement {
  contract: SurfaceContract;
  /** Vendor's vol less that of the middle, or where the middle has none less the fitted one. */
  difference: number;
  /** Dollars per share that the difference is worth; 0 where vol is not in the price. */
  worth: number;
  reason: DisagreementReason;
}

/** Moving vol by a point moves the price by less than this: the vol is not in the price. */
const CENT = 0.01;
const NEAR_DAYS = 3;

/**
 * Contracts whose vendor vol is farther from ours than the threshold and outside of the vols of bid and ask, most
 * money first: where vol is hardly in the price, large differences mean nothing.
 * @param options threshold = a fraction, 0.01 is a vol point; hoursSinceClose = age of the quotes after a session.
 */
export function vendorDisagreements(
  surface: ExpirySurface,
  { threshold, hoursSinceClose }: { threshold: number; hoursSinceClose: number },
): VendorDisagreement[] {
  const vendorOf = new Map(surface.contracts.map((c) => [`${c.right}${c.strike}`, c.vendorIv]));
  const found: VendorDisagreement[] = [];
  for (const contract of surface.contracts) {
    const { vendorIv, bidIv = 0, askIv = Infinity } = contract;
    const ours = contract.midIv ?? contract.fittedIv;
    if (vendorIv === undefined || ours === undefined) continue;
    const difference = vendorIv - ours;
    const isInside = vendorIv >= bidIv && vendorIv <= askIv && (contract.bid ?? 0) <= (contract.ask ?? Infinity);
    if (Math.abs(difference) <= threshold || isInside) continue;
    const other = vendorOf.get(`${contract.right === 'C' ? 'P' : 'C'}${contract.strike}`);
    const worth = Math.abs(difference) * 100 * (contract.vega ?? 0);
    found.push({
      contract,
      difference,
      worth,
      reason: reasonOf(contract, { surface, threshold, hoursSinceClose, other }),
    });
  }
  return found.sort(byWorth);
}

/** Most money first. */
export function byWorth(a: VendorDisagreement, b: VendorDisagreement): number {
  return b.worth - a.worth || Math.abs(b.difference) - Math.abs(a.difference);
}

interface Context {
  surface: ExpirySurface;
  threshold: number;
  hoursSinceClose: number;
  /** The vendor's vol of the other right at the strike. */
  other: number | undefined;
}

function reasonOf(
  contract: SurfaceContract,
  { surface, threshold, hoursSinceClose, other }: Context,
): DisagreementReason {
  const { right, strike, bid = 0, ask = 0, midIv, fittedIv, vega = 0, vendorIv = NaN } = contract;
  const { forward, rate, years, spot, exercise, dividends } = surface.terms;
  const sign = right === 'C' ? 1 : -1;
  const discounted = Math.exp(-rate * years) * sign * (forward - strike);
  const intrinsic = Math.max(0, discounted, exercise === 'american' ? sign * (spot - strike) : 0);
  if (bid > ask) return 'crossed';
  if (bid === 0) return 'zero-bid';
  if (midIv === undefined && (bid + ask) / 2 <= intrinsic + CENT / 2) return 'below-intrinsic';
  if (midIv === undefined || vega < CENT) return 'no-vega';
  if (contract.bidIv === undefined) return 'below-intrinsic';
  // The same price with the time from the close instead: between sessions vendors differ on which it is.
  const fromClose = years + hoursSinceClose / (365 * 24);
  const isCloser = Math.abs(vendorIv - midIv * Math.sqrt(years / fromClose)) < 0.5 * Math.abs(vendorIv - midIv);
  if (hoursSinceClose > 1 && isCloser) return 'clock';
  if (years * 365 < NEAR_DAYS) return 'near-expiry';
  if (dividends.some((dividend) => dividend.years > 0 && dividend.years < years)) return 'dividend';
  // A vendor whose call and put differ at one strike has another forward than the quotes have.
  if (other !== undefined && Math.abs(other - vendorIv) > threshold) return 'carry';
  if (fittedIv !== undefined && Math.abs(vendorIv - fittedIv) < Math.abs(midIv - fittedIv)) return 'stale';
  return 'unknown';
}
