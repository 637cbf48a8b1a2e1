import { OrderAction, OrderType, SecType, TimeInForce, type Contract, type Order } from '@stoqey/ib';
import { toMicros, fromMicros } from '../../scanner/domain/money.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { ComboOrder } from '../gateway.ts';
import { multiplierOf, widthOf } from '../orders/ticket.ts';

/** Leg and order fields that TWS wants said even when they say nothing. @source tws.md, defect 8. */
const SAME_AS_COMBO = 0;
const RETAIL = 0;
const NOT_EXEMPT = -1;

/**
 * The BAG of a spread. The combo is always bought as listed, so each leg keeps its own action and a credit is a
 * negative limit. @source IBKR, "Spread Contract" examples; convention of gateway.ts.
 */
export function comboContract(order: ComboOrder): Contract {
  return {
    symbol: order.symbol,
    secType: SecType.BAG,
    exchange: 'SMART',
    currency: 'USD',
    comboLegs: order.legs.map((leg) => ({
      conId: leg.conId,
      ratio: leg.ratio,
      action: leg.action === 'BUY' ? OrderAction.BUY : OrderAction.SELL,
      exchange: 'SMART',
      openClose: SAME_AS_COMBO,
      shortSaleSlot: RETAIL,
      designatedLocation: '',
      exemptCode: NOT_EXEMPT,
    })),
  };
}

/**
 * The order of a spread with every field set that the library would otherwise leave empty.
 * @throws LegworkError order/not-sent for anything that is not a finite, whole-micro price or a positive whole quantity.
 */
export function comboOrder(order: ComboOrder, whatIf: boolean): Order {
  refuseMalformed(order);
  return {
    action: OrderAction.BUY,
    totalQuantity: order.quantity,
    orderType: OrderType.LMT,
    lmtPrice: cleanPrice(order.limitPrice),
    tif: order.tif === 'GTC' ? TimeInForce.GTC : TimeInForce.DAY,
    account: order.account,
    orderRef: order.orderRef,
    // A what-if needs transmit as well. @source notice 413.
    transmit: true,
    whatIf,
    // IB itself knows whether it opens or closes. @source official ibapi: the default of `openClose`.
    openClose: '',
    origin: 0,
    shortSaleSlot: RETAIL,
    exemptCode: NOT_EXEMPT,
    outsideRth: false,
  };
}

/** Dollars without binary dust: 0.30000000000000004 goes as 0.3, and -0 as 0. */
function cleanPrice(price: number): number {
  return fromMicros(toMicros(price));
}

function refuseMalformed(order: ComboOrder): void {
  const wrong = whatIsWrong(order);
  if (wrong === undefined) return;
  throw new LegworkError({
    kind: 'order',
    code: 'not-sent',
    orderRef: order.orderRef,
    message: `The order was not sent: ${wrong}. Make a new preview.`,
  });
}

function whatIsWrong({ legs, quantity, limitPrice, account, orderRef, symbol }: ComboOrder): string | undefined {
  if (!Number.isFinite(limitPrice) || Math.abs(limitPrice) >= 1e6) return `${limitPrice} is not a limit price`;
  if (Math.abs(limitPrice - cleanPrice(limitPrice)) > 1e-9) return `${limitPrice} is finer than any tick`;
  if (!Number.isInteger(quantity) || quantity < 1) return `${quantity} is not a number of spreads`;
  if (account === '' || orderRef === '' || symbol === '') return 'its account, reference or symbol is missing';
  if (legs.length < 2) return 'a combo has at least two legs';
  const bad = legs.find(
    (leg) => !(Number.isInteger(leg.conId) && leg.conId > 0 && Number.isInteger(leg.ratio) && leg.ratio > 0),
  );
  if (bad) return `the leg with contract id ${bad.conId} and ratio ${bad.ratio} is not complete`;
  return new Set(legs.map((leg) => leg.conId)).size === legs.length
    ? undefined
    : 'two of its legs are the same contract';
}

/**
 * Margin of a vertical or a condor where TWS gives no what-if: what it can lose at most, in dollars; of a condor one
 * side only, since the other ends worthless. @source Reg T, strategy-based margin.
 * @returns undefined when the legs are neither.
 */
export function widthMargin({ legs, quantity, limitPrice }: ComboOrder): number | undefined {
  const width = legs.every(({ ratio }) => ratio === 1) ? widthOf(legs) : undefined;
  if (width === undefined) return undefined;
  return (limitPrice > 0 ? limitPrice : width) * multiplierOf(legs) * quantity;
}
