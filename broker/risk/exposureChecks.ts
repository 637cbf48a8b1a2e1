import { newYorkDate } from '../../scanner/domain/calendar.ts';
import { isOpen } from '../orders/phase.ts';
import { legsKey } from '../orders/payload.ts';
import { multiplierOf } from '../orders/ticket.ts';
import { moneyWords } from '../orders/words.ts';
import { openRisk } from './openRisk.ts';
import { pass, stop, stopNewRisk, warn } from './riskCheck.ts';
import type { RiskCheck } from './riskCheck.ts';
import { DUPLICATE_WINDOW_MS, MAX_PNL_AGE_MS } from './riskWorld.ts';
import type { ProposedOrder, RiskWorld } from './riskWorld.ts';
import { reducesRisk } from './sessionChecks.ts';

/** How much is asked for, against the limits, the account and what is on already. */
export function exposureChecks(proposed: ProposedOrder, world: RiskWorld): RiskCheck[] {
  const reduces = reducesRisk(proposed, world);
  const closes = proposed.ticket.effect === 'close';
  return [
    quantityCheck(proposed, world, reduces),
    duplicateCheck(proposed, world),
    rateCheck(world, reduces),
    world.marketOpen
      ? pass('marketHours', 'The market is open.')
      : stopNewRisk('marketHours', 'The market is closed. Wait for the open.', reduces),
    ...(closes ? [closeCheck(reduces)] : newRiskChecks(proposed, world)),
  ];
}

function closeCheck(reduces: boolean): RiskCheck {
  return reduces
    ? pass('reduces', 'The order only closes what is held.')
    : stop('reduces', 'The order would close more than is held and not already being closed. Lower the quantity.');
}

function newRiskChecks(proposed: ProposedOrder, world: RiskWorld): RiskCheck[] {
  return [
    lossCheck(proposed, world),
    openRiskCheck(proposed, world),
    tradesCheck(world),
    dailyLossCheck(world),
    marginCheck(proposed, world),
    ...cashCheck(proposed, world),
  ];
}

function quantityCheck({ ticket: { quantity } }: ProposedOrder, { limits }: RiskWorld, reduces: boolean): RiskCheck {
  if (!Number.isInteger(quantity) || quantity < 1) {
    return stop('quantity', `${quantity} is not a whole number of contracts of at least 1.`);
  }
  const { maxQuantity } = limits;
  if (quantity <= maxQuantity) return pass('quantity', `${quantity} of at most ${maxQuantity} contracts.`);
  return stopNewRisk('quantity', `${quantity} contracts are more than the limit of ${maxQuantity}.`, reduces);
}

function duplicateCheck({ ticket }: ProposedOrder, { orders, nowMs }: RiskWorld): RiskCheck {
  const key = legsKey(ticket);
  const same = orders.filter((order) => order.legsKey === key);
  const recent = same.find(
    ({ createdAtMs, phase }) => phase !== 'not-sent' && nowMs - createdAtMs < DUPLICATE_WINDOW_MS,
  );
  if (recent !== undefined) {
    const wait = Math.ceil((DUPLICATE_WINDOW_MS - (nowMs - recent.createdAtMs)) / 1000);
    return stop('duplicate', `The same order was sent a moment ago. If you mean it twice, wait ${wait} s.`);
  }
  const working = same.find(({ phase }) => isOpen(phase));
  return working === undefined
    ? pass('duplicate', 'No such order is working.')
    : warn('duplicate', `An order for the same legs is working already: ${working.title}.`);
}

function rateCheck({ orders, nowMs, limits }: RiskWorld, reduces: boolean): RiskCheck {
  const last = orders.filter(({ createdAtMs, phase }) => phase !== 'not-sent' && nowMs - createdAtMs < 60_000).length;
  const words = `${last} of ${limits.ordersPerMinute} orders in the last minute.`;
  return last < limits.ordersPerMinute
    ? pass('ordersPerMinute', words)
    : stopNewRisk('ordersPerMinute', `${words} Wait a little.`, reduces);
}

function lossCheck({ maxLoss }: ProposedOrder, { limits }: RiskWorld): RiskCheck {
  if (Number.isNaN(maxLoss)) return stop('maxLoss', 'What this order can lose is not known. Check legs and price.');
  if (maxLoss === Infinity) return stop('maxLoss', 'The loss of this order has no limit.');
  const words = `${moneyWords(maxLoss)} at risk, limit ${moneyWords(limits.maxLossPerOrder)}.`;
  return maxLoss <= limits.maxLossPerOrder
    ? pass('maxLoss', words)
    : stop('maxLoss', `${words} Lower the quantity or the width.`);
}

function openRiskCheck({ ticket, maxLoss }: ProposedOrder, { positions, orders, limits }: RiskWorld): RiskCheck {
  const ofAccount = orders.filter(({ account }) => account === ticket.account);
  const { held, reserved, unbounded } = openRisk(positions, ofAccount);
  const total = held + reserved + maxLoss;
  if (!Number.isFinite(total)) return stop('openRisk', 'The open risk with this order cannot be told.');
  const words = `Open risk with this order ${moneyWords(total)}, limit ${moneyWords(limits.maxOpenRisk)}.`;
  if (!(total <= limits.maxOpenRisk)) return stop('openRisk', `${words} Close something or lower the quantity.`);
  return unbounded.length === 0
    ? pass('openRisk', words)
    : warn('openRisk', `${words} Not counted, since its loss has no bound: ${unbounded.join(', ')}.`);
}

function tradesCheck({ orders, nowMs, limits }: RiskWorld): RiskCheck {
  const today = newYorkDate(nowMs);
  const trades = orders.filter(({ createdAtMs, phase }) => phase !== 'not-sent' && newYorkDate(createdAtMs) === today);
  const words = `${trades.length} of ${limits.tradesPerDay} orders today.`;
  return trades.length < limits.tradesPerDay
    ? pass('tradesPerDay', words)
    : stop('tradesPerDay', `${words} No more until tomorrow, or raise the limit in the settings.`);
}

function dailyLossCheck({ pnl, positions, nowMs, limits }: RiskWorld): RiskCheck {
  if (pnl?.daily === undefined) {
    return stop(
      'dailyLoss',
      "Today's P&L has not come from TWS yet, so the daily limit cannot be checked. Wait for it.",
    );
  }
  const holds = positions.some(({ quantity }) => quantity !== 0);
  if (holds && nowMs - pnl.atMs > MAX_PNL_AGE_MS) {
    const age = Math.round((nowMs - pnl.atMs) / 1000);
    return stop('dailyLoss', `Today's P&L is ${age} s old. Wait for a fresh one.`);
  }
  const words = `Today ${moneyWords(pnl.daily)}, limit -${moneyWords(limits.maxDailyLoss)}.`;
  return pnl.daily > -limits.maxDailyLoss
    ? pass('dailyLoss', words)
    : stop('dailyLoss', `${words} No new risk until tomorrow, or raise the limit in the settings.`);
}

function marginCheck({ whatIf }: ProposedOrder, { summary }: RiskWorld): RiskCheck {
  const margin = whatIf?.initMarginChange;
  const free = summary?.excessLiquidity ?? summary?.buyingPower;
  if (margin !== undefined && !Number.isFinite(margin))
    return stop('margin', 'The margin of this order has no figure.');
  if (margin === undefined) return warn('margin', 'TWS gave no margin for this order.');
  if (free === undefined) return warn('margin', `Margin ${moneyWords(margin)}; the free amount is not known yet.`);
  const source = whatIf?.source === 'width' ? 'Margin by width' : 'Margin';
  const words = `${source} ${moneyWords(margin)} of ${moneyWords(free)} free.`;
  return margin <= free ? pass('margin', words) : stop('margin', `${words} The account cannot carry this order.`);
}

function cashCheck({ ticket }: ProposedOrder, { summary }: RiskWorld): RiskCheck[] {
  const debit = Math.max(0, -ticket.credit) * multiplierOf(ticket.legs) * ticket.quantity;
  if (debit === 0 || !Number.isFinite(debit) || summary?.cash === undefined) return [];
  const words = `Pays ${moneyWords(debit)} of ${moneyWords(summary.cash)} in cash.`;
  return [debit <= summary.cash ? pass('cash', words) : warn('cash', `${words} The rest is borrowed.`)];
}
