import type { DeskStatus } from '../contract/desk.ts';
import type { EngineCore } from './core.ts';
import type { EngineDeps } from './engineDeps.ts';
import type { EngineTrading } from './trading.ts';

/** The title strip and everything global, as it is now. */
export function deskStatus(deps: EngineDeps, core: EngineCore, trading: EngineTrading): DeskStatus {
  const link = core.link();
  const [account] = link.accounts;
  return {
    link,
    safety: trading.orders.safety(),
    account: account === undefined ? undefined : trading.accounts.view(account),
    nowMs: core.nowMs(),
    marketOpen: core.marketOpen(),
    storageProblem: deps.storage.problem(),
    version: deps.version,
  };
}
