import { modeOfAccount } from '../../scanner/domain/tradingMode.ts';
import { onlyReduces } from './openRisk.ts';
import { isStopped, pass, stop, stopNewRisk, warn } from './riskCheck.ts';
import type { RiskCheck } from './riskCheck.ts';
import type { ProposedOrder, RiskWorld } from './riskWorld.ts';

/** True when the order is a close and the positions bear it out. */
export function reducesRisk({ ticket }: ProposedOrder, world: RiskWorld): boolean {
  const orders = world.orders.filter(({ account }) => account === ticket.account);
  return ticket.effect === 'close' && onlyReduces(ticket.legs, ticket.quantity, { positions: world.positions, orders });
}

/** Whether this session may send at all: switches, halt, link, account and storage. */
export function sessionChecks(proposed: ProposedOrder, world: RiskWorld): RiskCheck[] {
  return [...sessionState(world, reducesRisk(proposed, world)), ...accountChecks(proposed.ticket.account, world)];
}

/** The part of the world that every order shares. */
export type SessionWorld = Pick<
  RiskWorld,
  'ordersEnabled' | 'armed' | 'halted' | 'link' | 'storageProblem' | 'orders' | 'unlockedAccounts'
>;

/** The checks that need no ticket: why no order could be sent now. */
export function sessionState(world: SessionWorld, reduces: boolean): RiskCheck[] {
  return [
    world.ordersEnabled
      ? pass('ordersEnabled', 'Orders are switched on.')
      : stop('ordersEnabled', 'Orders are switched off. Switch them on in the title strip.'),
    armedCheck(world),
    haltCheck(world, reduces),
    linkCheck(world),
    world.link.readOnlyApi
      ? stop('readOnlyApi', 'TWS allows reading only. Untick "Read-Only API" in its API settings and connect again.')
      : pass('readOnlyApi', 'TWS accepts orders from this program.'),
    world.storageProblem === undefined
      ? pass('storage', 'The order journal can be written.')
      : stop('storage', `No order leaves that is not on disk first: ${world.storageProblem}`),
    unknownCheck(world, reduces),
    ...doubledCheck(world),
  ];
}

function armedCheck({ armed }: SessionWorld): RiskCheck {
  return armed
    ? pass('armed', 'The session is armed.')
    : stop('armed', 'The session is not armed. Arm it, then preview again.');
}

function haltCheck({ halted }: SessionWorld, reduces: boolean): RiskCheck {
  if (halted === undefined) return pass('halt', 'Trading is not halted.');
  const since = `Halted by ${halted.by}: ${halted.reason}.`;
  return reduces
    ? warn('halt', `${since} This order only closes what is held, so it may go.`)
    : stop('halt', `${since} No new risk until a person resumes.`);
}

function linkCheck({ link }: SessionWorld): RiskCheck {
  if (link.phase === 'reconciling') {
    return stop('link', 'Orders, fills and positions are being compared with TWS. Wait until that is done.');
  }
  if (link.phase !== 'ready') return stop('link', 'There is no connection to TWS. Connect first.');
  return link.upstreamOk
    ? pass('link', 'Connected, and compared with TWS.')
    : stop('link', 'TWS itself has lost its connection to IB. Wait until it is back.');
}

function accountChecks(account: string, { link, unlockedAccounts }: SessionWorld): RiskCheck[] {
  if (!link.accounts.includes(account)) {
    const found = link.accounts.length === 0 ? 'none' : link.accounts.join(', ');
    return [stop('account', `Account ${account} is not one of this connection's (${found}). Choose one of those.`)];
  }
  const mode = modeOfAccount(account);
  const known = pass('account', `Account ${account} is ${mode === 'paper' ? 'a paper account' : mode}.`);
  if (mode !== 'live') return [known];
  return [
    known,
    unlockedAccounts.includes(account)
      ? pass('unlock', `Account ${account} trades real money and is unlocked.`)
      : stop('unlock', `Account ${account} trades real money and is locked. Unlock it by typing its id.`),
  ];
}

/** Why no account of this connection may trade; nothing while one may. */
export function lockedAccounts(world: SessionWorld): RiskCheck[] {
  const checks = world.link.accounts.map((account) => accountChecks(account, world));
  return checks.some((each) => !isStopped(each)) ? [] : checks.flat();
}

function unknownCheck({ orders }: SessionWorld, reduces: boolean): RiskCheck {
  const unknown = orders.filter(({ phase }) => phase === 'unknown');
  if (unknown.length === 0) return pass('unknownOrders', 'The outcome of every order is known.');
  const titles = unknown.map(({ title }) => title).join('; ');
  return stopNewRisk('unknownOrders', `Nobody knows yet what became of: ${titles}. Resolve that first.`, reduces);
}

function doubledCheck({ orders }: SessionWorld): RiskCheck[] {
  return orders
    .filter(({ doubled }) => doubled)
    .map(({ title }) => stop('doubledOrder', `${title} is working twice at IB. Cancel it: that reaches both.`));
}
