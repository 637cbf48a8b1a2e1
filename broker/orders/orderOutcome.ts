import type { Execution } from '../gateway.ts';
import type { Era } from './journal.ts';
import { UNSEEN, joinSightings } from './orderState.ts';
import type { NoticeFact, OrderState, Sighting } from './orderState.ts';
import { isOpen } from './phase.ts';
import type { OrderPhase } from './phase.ts';

type End = 'filled' | 'cancelled' | 'rejected';

/** What the facts amount to. */
export interface OrderOutcome {
  phase: OrderPhase;
  /** Contracts filled: the most that executions, legs or status prove. */
  filled: number;
  /** Per share in the combo's own sign (negative is a credit); undefined while nothing filled. */
  averagePrice: number | undefined;
  /** Dollars; undefined while none was reported. */
  commission: number | undefined;
  realisedPnl: number | undefined;
  /** permIds that are alive. Two or more: one intent is working twice. */
  livePermIds: number[];
  permIds: number[];
  /** Ids by which a cancel reaches every live permId. */
  cancelIds: number[];
  /** TWS's own word, the furthest it said. */
  status: string;
  /** True when the executions of the legs do not match each other although nothing is working. */
  unevenLegs: boolean;
  /** TWS was read to its end after the link was lost and showed no trace of the order. */
  noTrace: boolean;
  /** TWS answered that it does not know the order by its id. */
  notFound: boolean;
}

/** One permId with what is known of it; the only one also owns what was said without a permId. */
interface Identity {
  permId: number;
  sighting: Sighting;
  filled: number;
  notices: NoticeFact[];
}

/** Works the outcome out of the facts. Pure; independent of the order in which they came. */
export function orderOutcome(state: OrderState): OrderOutcome {
  const identities = identitiesOf(state);
  const ends = identities.map((identity) => endOf(identity, state.intent.order.quantity));
  const live = identities.filter((identity, i) => ends[i] === undefined && identity.sighting.liveEra > 0);
  const livePermIds = live.map(({ permId }) => permId).filter((permId) => permId > 0);
  const fills = fillsOf(state);
  const filled = Math.max(
    wholeOrder(state).filled,
    identities.reduce((sum, each) => sum + each.filled, 0),
  );
  const phase = phaseOf(state, identities, ends);
  return {
    phase,
    filled,
    averagePrice: averagePrice(state, identities),
    ...commissions(state),
    livePermIds,
    permIds: [...state.sightings.keys()].filter((permId) => permId > 0).sort((a, b) => a - b),
    cancelIds: cancelIds(state, live),
    status: statusOf(identities, ends),
    unevenLegs: !isOpen(phase) && unevenLegs(state, fills),
    noTrace: phase === 'unknown' && state.reconciledEra > Math.max(state.lostEra, lastLiveEra(state)),
    notFound: phase === 'unknown' && isUnfound(state),
  };
}

function identitiesOf(state: OrderState): Identity[] {
  const permIds = new Set([...state.sightings.keys()].filter((permId) => permId > 0));
  for (const { permId } of state.fills.values()) if (permId > 0) permIds.add(permId);
  if (permIds.size <= 1) return [wholeOrder(state, [...permIds][0])];
  const notices = [...state.notices.values()];
  const fills = fillsOf(state);
  return [...permIds]
    .sort((a, b) => a - b)
    .map((permId) => {
      const sighting = state.sightings.get(permId);
      const own = notices.filter(({ orderId }) => sighting?.orderIds.has(orderId) === true);
      return identity({ permId, sighting, fills: fills.filter((fill) => fill.permId === permId), notices: own }, state);
    });
}

/** All that is known, as if it spoke of one permId. */
function wholeOrder(state: OrderState, permId = 0): Identity {
  const sighting = [...state.sightings.values()].reduce<Sighting | undefined>(
    (joined, next) => (joined === undefined ? next : joinSightings(joined, next)),
    undefined,
  );
  return identity({ permId, sighting, fills: fillsOf(state), notices: [...state.notices.values()] }, state);
}

/** In an order of their own, so that sums of prices do not depend on when they came. */
function fillsOf(state: OrderState): Execution[] {
  return [...state.fills.values()].sort((a, b) => (a.execId < b.execId ? -1 : 1));
}

interface IdentityFacts {
  permId: number;
  sighting: Sighting | undefined;
  fills: Execution[];
  notices: NoticeFact[];
}

/** Words that TWS says before the order is taken, or of one that it refused. */
const NOT_YET_ACCEPTED: ReadonlySet<string> = new Set(['', 'ApiPending', 'PendingSubmit', 'Inactive']);

function identity({ permId, sighting = UNSEEN, fills, notices }: IdentityFacts, state: OrderState): Identity {
  // "Filled" without a number (a completed order) means all of it.
  const whole = sighting.filledEra > 0 ? state.intent.order.quantity : 0;
  const filled = Math.max(whole, sighting.filled, summaryQuantity(fills), legsQuantity(state, fills));
  return { permId, sighting, filled, notices };
}

/** Contracts by the BAG's own summary executions. */
function summaryQuantity(fills: readonly Execution[]): number {
  return fills.reduce((sum, fill) => sum + (fill.isComboSummary ? fill.quantity : 0), 0);
}

/** Whole combos that the executions of the legs make. */
function legsQuantity(state: OrderState, fills: readonly Execution[]): number {
  const combos = state.intent.order.legs.map(({ conId, ratio }) => legQuantity(conId, fills) / ratio);
  return combos.length === 0 ? 0 : Math.floor(Math.min(...combos));
}

function legQuantity(conId: number, fills: readonly Execution[]): number {
  return fills.reduce((sum, fill) => sum + (!fill.isComboSummary && fill.conId === conId ? fill.quantity : 0), 0);
}

/**
 * How the permId ended, undefined while nothing says that it did. An end stands against live words of the same era,
 * since those may be late; a later era that shows it alive is better evidence than an old end.
 */
function endOf({ sighting, filled, notices }: Identity, quantity: number): End | undefined {
  if (filled >= quantity) return 'filled';
  const accepted = filled > 0 || !NOT_YET_ACCEPTED.has(sighting.liveStatus);
  const noticeEra = (says: string): Era =>
    notices.reduce((latest, notice) => (notice.says === says ? Math.max(latest, notice.era) : latest), 0);
  const cancelledEra = Math.max(sighting.cancelledEra, noticeEra('cancels'));
  const rejectedEra = Math.max(sighting.rejectedEra, noticeEra('rejects'), accepted ? 0 : noticeEra('rejectsNew'));
  // "Inactive" wakes nothing up: TWS goes on listing what it has refused.
  const aliveEra = sighting.liveStatus === 'Inactive' ? 0 : sighting.liveEra;
  if (Math.max(cancelledEra, rejectedEra) < Math.max(aliveEra, 1)) return undefined;
  // TWS says "Cancelled" of an order that it refused, too: the refusal is the better word.
  return rejectedEra > 0 && filled === 0 ? 'rejected' : 'cancelled';
}

function phaseOf(state: OrderState, identities: Identity[], ends: (End | undefined)[]): OrderPhase {
  const ended = ends.every((end) => end !== undefined);
  if (ended) return ends.includes('filled') ? 'filled' : ends.includes('cancelled') ? 'cancelled' : 'rejected';
  const liveEra = lastLiveEra(state);
  const unfound = isUnfound(state);
  const { resolved } = state;
  // A person's word stands until TWS shows the order alive in a connection that was not lost since.
  const untold = unfound || state.lostEra >= liveEra;
  if (resolved !== undefined && (resolved.era > liveEra || (resolved.era === liveEra && untold))) {
    return resolved.outcome;
  }
  const seen = liveEra > 0 || state.fills.size > 0;
  if (state.writtenEra === 0 && !seen && state.notWritten !== undefined) return 'not-sent';
  if (unfound || state.maybeWrittenEra > liveEra) return 'unknown';
  if (state.lostEra >= Math.max(liveEra, state.writtenEra, state.intent.era)) return 'unknown';
  if (liveEra === 0) return state.fills.size > 0 ? 'partial' : state.writtenEra > 0 ? 'sent' : 'draft';
  return workingPhase(state, identities, liveEra);
}

function workingPhase(state: OrderState, identities: Identity[], liveEra: Era): OrderPhase {
  const refused = [...state.notices.values()].some(({ says, era }) => says === 'cancelRefused' && era >= liveEra);
  const pending = identities.some(
    ({ sighting }) => sighting.liveEra === liveEra && sighting.liveStatus === 'PendingCancel',
  );
  if (!refused && (pending || state.cancelEra >= liveEra)) return 'cancelling';
  return identities.some(({ filled }) => filled > 0) ? 'partial' : 'working';
}

function isUnfound(state: OrderState): boolean {
  const liveEra = lastLiveEra(state);
  return [...state.notices.values()].some(({ says, era }) => says === 'notFound' && era >= liveEra);
}

function lastLiveEra(state: OrderState): Era {
  return [...state.sightings.values()].reduce((latest, { liveEra }) => Math.max(latest, liveEra), 0);
}

/** Ids of this client that name a live permId; without any, the id that the intent reserved. */
function cancelIds(state: OrderState, live: readonly Identity[]): number[] {
  const ids = new Set(live.flatMap(({ sighting }) => [...sighting.orderIds]));
  return ids.size > 0 ? [...ids].sort((a, b) => a - b) : [state.intent.orderId];
}

function averagePrice(state: OrderState, identities: readonly Identity[]): number | undefined {
  const summaries = fillsOf(state).filter(({ isComboSummary }) => isComboSummary);
  const quantity = summaryQuantity(summaries);
  if (quantity > 0) return summaries.reduce((sum, fill) => sum + fill.price * fill.quantity, 0) / quantity;
  const fromLegs = priceOfLegs(state);
  if (fromLegs !== undefined) return fromLegs;
  return identities.find(({ sighting }) => sighting.averagePrice !== undefined)?.sighting.averagePrice;
}

/** Net price per share by the executions of the legs; undefined unless every leg has one. */
function priceOfLegs(state: OrderState): number | undefined {
  const fills = fillsOf(state);
  let net = 0;
  for (const { conId, ratio, action } of state.intent.order.legs) {
    const quantity = legQuantity(conId, fills);
    if (quantity === 0) return undefined;
    const own = fills.filter((fill) => !fill.isComboSummary && fill.conId === conId);
    const average = own.reduce((sum, fill) => sum + fill.price * fill.quantity, 0) / quantity;
    net += (action === 'BUY' ? 1 : -1) * ratio * average;
  }
  return net;
}

/** Of the fills as they stand: a corrected fill's old commission does not count. */
function commissions(state: OrderState): Pick<OrderOutcome, 'commission' | 'realisedPnl'> {
  const current = fillsOf(state).flatMap(({ execId }) => state.commissions.get(execId) ?? []);
  const known = current.flatMap(({ realisedPnl }) => realisedPnl ?? []);
  return {
    commission: current.length === 0 ? undefined : current.reduce((sum, { dollars }) => sum + dollars, 0),
    realisedPnl: known.length === 0 ? undefined : known.reduce((sum, pnl) => sum + pnl, 0),
  };
}

function unevenLegs(state: OrderState, fills: readonly Execution[]): boolean {
  if (!fills.some(({ isComboSummary }) => !isComboSummary)) return false;
  const combos = state.intent.order.legs.map(({ conId, ratio }) => legQuantity(conId, fills) / ratio);
  return combos.some((combo) => combo !== combos[0]);
}

function statusOf(identities: readonly Identity[], ends: readonly (End | undefined)[]): string {
  const live = identities.find((_, i) => ends[i] === undefined);
  if (live !== undefined) return live.sighting.liveStatus;
  const words: Record<End, string> = { filled: 'Filled', cancelled: 'Cancelled', rejected: 'Rejected' };
  const end = ends.find((each) => each !== undefined);
  return end === undefined ? '' : words[end];
}
