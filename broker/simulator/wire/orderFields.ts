import type { WhatIfAnswer } from '../core/exchange.ts';
import { listingOf } from '../core/instrument.ts';
import type { BookOrder, Fill, OrderRequest } from '../core/orderTypes.ts';
import { contractFields } from './contractFields.ts';
import type { ContractFields } from './contractFields.ts';
import { UNSET_DOUBLE, UNSET_INTEGER } from './frames.ts';
import type { Field } from './frames.ts';
import { ANSWER } from './messageIds.ts';
import { newYorkStamp } from './stamp.ts';

const FA_PROFILE_GONE = 177;
const PENDING_PRICE_REVISION = 178;
const CUSTOMER_ACCOUNT = 183;
const PROFESSIONAL_CUSTOMER = 184;
const BOND_ACCRUED_INTEREST = 185;
const INCLUDE_OVERNIGHT = 189;
const CME_TAGGING_IN_OPEN_ORDER = 193;

/** What TWS calls every combo. @source ib_async contract.py isHashable */
const COMBO_CON_ID = 28_812_380;

/** The order's own contract: one leg, or the combo. */
function orderContract(request: OrderRequest): ContractFields {
  const [leg] = request.legs;
  if (leg && !request.isCombo) return contractFields(leg.instrument, request.exchange);
  const { symbol } = request;
  const common = { conId: COMBO_CON_ID, symbol, secType: 'BAG', lastTradeDate: '', strike: 0, right: '' };
  return {
    ...common,
    multiplier: '',
    exchange: request.exchange,
    primaryExchange: '',
    currency: 'USD',
    localSymbol: symbol,
    tradingClass: 'COMB',
  };
}

/** conId, symbol, secType, last trade date, strike, right, multiplier, exchange, currency, local symbol, class. */
function contractPart(c: ContractFields): Field[] {
  return [
    c.conId,
    c.symbol,
    c.secType,
    c.lastTradeDate,
    c.strike,
    c.right,
    c.multiplier,
    c.exchange,
    c.currency,
    c.localSymbol,
    c.tradingClass,
  ];
}

/** Legs in words as TWS shows them: `708474422|-1,708474423|1`. */
function legsText({ legs, isCombo }: OrderRequest): string {
  if (!isCombo) return '';
  return legs.map((leg) => `${leg.instrument.conId}|${leg.action === 'BUY' ? '' : '-'}${leg.ratio}`).join(',');
}

/** comboLegs with their count, then prices per leg (none) and routing parameters (none). */
function comboPart({ legs, isCombo }: OrderRequest): Field[] {
  if (!isCombo) return [0, 0, 0];
  const fields = legs.flatMap((leg): Field[] => [
    ...[leg.instrument.conId, leg.ratio, leg.action, leg.exchange || 'SMART', leg.openClose, 0, '', -1],
  ]);
  return [legs.length, ...fields, 0, 0];
}

function leadingOrderPart(request: OrderRequest): Field[] {
  const { action, quantity, type, limitPrice, tif, ocaGroup, account, openClose, orderRef } = request;
  return [action, quantity, type, limitPrice ?? 0, 0, tif, ocaGroup, account, openClose, 0, orderRef];
}

/** faGroup, faMethod, faPercentage, (faProfile), modelCode, goodTillDate, rule80A, percentOffset, settlingFirm, short sale. */
function allocationPart(serverVersion: number): Field[] {
  const profile: Field[] = serverVersion < FA_PROFILE_GONE ? [''] : [];
  return ['', '', '', ...profile, '', '', '', '', '', 0, '', -1];
}

/** minTradeQty, minCompeteSize, competeAgainstBestOffset, midOffsetAtWhole, midOffsetAtHalf. */
const PEG_PART: readonly Field[] = ['', '', UNSET_DOUBLE, UNSET_DOUBLE, UNSET_DOUBLE];

/** A what-if's answer, or that there is none yet. */
type Preview = WhatIfAnswer | 'unset';

/** Status and margins of an open order; unset unless this answers a what-if. */
function statePart(status: string, whatIf: Preview | undefined): Field[] {
  if (!whatIf || whatIf === 'unset')
    return [whatIf !== undefined, status, ...Array<Field>(9).fill(UNSET_DOUBLE), '', '', '', '', ''];
  const before = [whatIf.initialBefore, whatIf.maintenanceBefore, whatIf.equityBefore];
  const after = [whatIf.initialAfter, whatIf.maintenanceAfter, whatIf.equityAfter];
  const change = after.map((value, i) => value - (before[i] ?? 0));
  const money = [...before, ...change, ...after].map((dollars) => Math.round(dollars * 100) / 100);
  return [true, status, ...money, whatIf.commission, UNSET_DOUBLE, UNSET_DOUBLE, 'USD', ''];
}

/**
 * Message 5.
 * @source ib_async decoder.py openOrder; ibapi decoder.py processOpenOrder and orderdecoder.py.
 */
export function openOrderFields(order: BookOrder, serverVersion: number, whatIf?: Preview): Field[] {
  const { request } = order;
  const tail: Field[] = [
    ...(serverVersion >= CUSTOMER_ACCOUNT ? [''] : []),
    ...(serverVersion >= PROFESSIONAL_CUSTOMER ? [false] : []),
    ...(serverVersion >= BOND_ACCRUED_INTEREST ? [''] : []),
    ...(serverVersion >= INCLUDE_OVERNIGHT ? [false] : []),
    ...(serverVersion >= CME_TAGGING_IN_OPEN_ORDER ? ['', UNSET_INTEGER] : []),
  ];
  return [
    ...[ANSWER.openOrder, request.orderId, ...contractPart(orderContract(request))],
    ...[...leadingOrderPart(request), request.clientId, whatIf ? 0 : order.permId, request.outsideRth, false, 0, ''],
    ...['', ...allocationPart(serverVersion)], // sharesAllocation, then faGroup ... exemptCode
    ...[0, '', '', '', '', '', ''], // auctionStrategy, startingPrice, stockRefPrice, delta, range, displaySize
    ...[false, false, false, '', 0, false, false, '', request.parentId, 0], // blockOrder ... triggerMethod
    ...['', 0, 'None', '', 0, '', '', '', '?', false, 0, ''], // volatility, delta neutral with its eight fields
    ...[0, 0, '', '', '', ''], // continuousUpdate, referencePriceType, trailing stop, basisPoints
    ...[legsText(request), ...comboPart(request)],
    ...['', '', '', ''], // scale: initial and subsequent size, increment; hedgeType
    ...[false, '', 'IB', false, false, '', false], // optOut, clearing, notHeld, delta-neutral contract, algo, solicited
    ...statePart(order.status, whatIf),
    ...[false, false, 0], // randomizeSize, randomizePrice, conditions
    ...['', UNSET_DOUBLE, UNSET_DOUBLE, UNSET_DOUBLE, UNSET_DOUBLE, UNSET_DOUBLE, UNSET_DOUBLE, 0], // adjusted order
    ...['', '', '', '', false, false, false, false, UNSET_INTEGER, UNSET_INTEGER, false], // tier ... autoCancelParent
    ...PEG_PART,
    ...tail,
  ];
}

/** Message 101. @source ib_async decoder.py completedOrder; ibapi decoder.py processCompletedOrderMsg. */
export function completedOrderFields(order: BookOrder, serverVersion: number): Field[] {
  const { request } = order;
  return [
    ...[ANSWER.completedOrder, ...contractPart(orderContract(request))],
    ...[...leadingOrderPart(request), order.permId, request.outsideRth, false, 0, ''],
    ...allocationPart(serverVersion),
    ...['', '', '', '', '', ''], // startingPrice, stockRefPrice, delta, range, displaySize
    ...[false, false, '', 0, 0], // sweepToFill, allOrNone, minQty, ocaType, triggerMethod
    ...['', 0, 'None', '', 0, false, 0, ''], // volatility, delta neutral with its four fields
    ...[0, 0, '', ''], // continuousUpdate, referencePriceType, trailing stop
    ...[legsText(request), ...comboPart(request)],
    ...['', '', '', ''], // scale, hedgeType
    ...['', 'IB', false, false, '', false], // clearing, notHeld, delta-neutral contract, algo, solicited
    ...[order.status, false, false, 0], // status, randomize, conditions
    ...[UNSET_DOUBLE, UNSET_DOUBLE, '', false, false], // trailStop, lmtPriceOffset, cashQty, hedge, container
    ...['', order.filled, 0, false, '', false, false, 0], // autoCancelDate ... parentPermId
    ...[order.completedAtMs === undefined ? '' : newYorkStamp(order.completedAtMs), order.completedStatus],
    ...PEG_PART,
    ...(serverVersion >= CUSTOMER_ACCOUNT ? [''] : []),
    ...(serverVersion >= PROFESSIONAL_CUSTOMER ? [false] : []),
  ];
}

/** Message 3. */
export function orderStatusFields(order: BookOrder): Field[] {
  const { request, status, filled, averagePrice, permId, lastFillPrice } = order;
  const remaining = status === 'Cancelled' ? 0 : request.quantity - filled;
  return [
    ...[ANSWER.orderStatus, request.orderId, status, filled, remaining, averagePrice, permId, request.parentId],
    ...[lastFillPrice, request.clientId, '', 0], // whyHeld, market cap price
  ];
}

/** Message 11. @source ibapi decoder.py processExecutionDataMsg. */
export function executionFields(requestId: number, fill: Fill, serverVersion: number): Field[] {
  const { order, instrument } = fill;
  const { request } = order;
  const contract = instrument ? contractFields(instrument, fill.exchange) : orderContract(request);
  return [
    ...[ANSWER.execution, requestId, request.orderId, ...contractPart(contract)],
    ...[fill.execId, newYorkStamp(fill.atMs), request.account, fill.exchange, fill.side, fill.quantity, fill.price],
    ...[order.permId, request.clientId, 0, fill.cumulativeQuantity, fill.averagePrice, request.orderRef],
    ...['', '', '', 2],
    ...(serverVersion >= PENDING_PRICE_REVISION ? [false] : []),
  ];
}

/** Symbol an execution filter compares with. */
export function fillSymbol(fill: Fill): string {
  return fill.instrument ? listingOf(fill.instrument).symbol : fill.order.request.symbol;
}
