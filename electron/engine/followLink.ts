import type { BrokerNotice, LinkStatus } from '../../broker/gateway.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import { simulatorAddress, type EngineCore } from './core.ts';
import type { EngineTrading } from './trading.ts';

/** The status is told at least this often: ages and clocks move by themselves. */
const TICK_MS = 1_000;

/** Keeps everything in step with the connection. @returns what ends it. */
export function followLink(clock: Clock, core: EngineCore, trading: EngineTrading): () => void {
  let market: string | undefined;
  let before = core.link();
  const onStatus = (status: LinkStatus) => {
    const now = marketOf(core, status) ?? market;
    if (now !== market) {
      if (market !== undefined) forgetMarket(core, trading);
      market = now;
    }
    if (status.phase !== before.phase) phaseChanged(status, before, core);
    before = status;
    trading.statusChanges.request();
  };
  const stops = [
    core.gateway.connection.onStatus(onStatus),
    core.gateway.connection.onNotice(noticeLogger(core, clock)),
    trading.orders.onChange(() => {
      trading.statusChanges.request();
      trading.positionChanges.request();
    }),
  ];
  let timer = clock.setTimer(tick, TICK_MS);
  function tick() {
    trading.statusChanges.request();
    timer = clock.setTimer(tick, TICK_MS);
  }
  return () => {
    clock.clearTimer(timer);
    for (const stop of stops) stop();
  };
}

/** Which market quotes and contract ids belong to; undefined while not known. */
function marketOf({ gateway }: EngineCore, { mode }: LinkStatus): string | undefined {
  return mode === undefined ? undefined : (simulatorAddress(gateway) ?? 'IB');
}

/** Contract ids and prices of one market mean nothing in another. */
function forgetMarket(core: EngineCore, trading: EngineTrading): void {
  core.feed.reset();
  core.facts.reset();
  core.recent.clear();
  trading.tickets.voidAll();
  trading.positions.reset();
  for (const scan of core.scans.all()) scan.marketChanged();
}

function phaseChanged(status: LinkStatus, before: LinkStatus, core: EngineCore): void {
  const { deskLog } = core;
  if (status.phase === 'reconciling' && before.phase === 'connecting') {
    core.watchlist.reopen();
    core.facts.resume();
  }
  if (status.phase === 'ready') deskLog.info(readyText(status));
  if (status.phase === 'offline' && status.problem !== undefined) deskLog.warn(status.problem);
  for (const scan of core.scans.all()) scan.linkChanged();
}

function readyText({ mode, accounts, target }: LinkStatus): string {
  const where = target === undefined ? '' : ` at ${target.host}:${target.port}`;
  return `Connected${where}: ${mode ?? ''} account ${accounts.join(', ')}. Orders, fills and positions were compared.`;
}

/** The same words again within this time are kept in the log file only. */
const REPEAT_MS = 30_000;

function noticeLogger({ deskLog }: EngineCore, clock: Clock): (notice: BrokerNotice) => void {
  /** By text: monotonic time when it was last shown. */
  const shown = new Map<string, number>();
  return ({ level, message, code }) => {
    const text = `${message} (${code})`;
    const now = clock.monotonic();
    for (const [old, at] of shown) if (now - at > REPEAT_MS) shown.delete(old);
    if (shown.has(text)) {
      deskLog.fileOnly(text);
      return;
    }
    shown.set(text, now);
    if (level === 'info') deskLog.info(text);
    else if (level === 'warning') deskLog.warn(text);
    else deskLog.error(text);
  };
}
