import type { OptionContract } from '../../scanner/domain/option.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import type { PnlUpdate, PositionUpdate, Unsubscribe } from '../gateway.ts';
import { optionOf } from './contracts.ts';
import type { TwsLink } from './link.ts';
import type { RequestIds } from './orderIds.ts';
import type { TwsSession } from './session.ts';
import { money, moneyText } from './values.ts';

/** Tags of the account summary that Legwork shows. @source IBKR, "Account Summary". */
export const SUMMARY_TAGS = {
  NetLiquidation: 'netLiquidation',
  BuyingPower: 'buyingPower',
  ExcessLiquidity: 'excessLiquidity',
  MaintMarginReq: 'maintMargin',
  TotalCashValue: 'cash',
} as const;
export type SummaryField = (typeof SUMMARY_TAGS)[keyof typeof SUMMARY_TAGS];

export interface AccountWireListener {
  /** A fresh socket: what was subscribed is gone. */
  up(accounts: readonly string[]): void;
  summary(account: string, field: SummaryField, dollars: number | undefined): void;
  position(position: PositionUpdate): void;
  /** The list of positions was asked for, by the reconcile gate. */
  positionsAsked(): void;
  /** The list is complete: what it did not name is not held any more. */
  positionsEnd(): void;
  pnl(pnl: PnlUpdate): void;
}

const REQ_POSITIONS = 61;

function isSummaryTag(tag: string): tag is keyof typeof SUMMARY_TAGS {
  return Object.hasOwn(SUMMARY_TAGS, tag);
}

/** Account messages in this project's own terms. Positions flow from the reconcile gate's own subscription. */
export class AccountWire {
  readonly #link: TwsLink;
  readonly #ids: RequestIds;
  readonly #clock: Clock;
  readonly #pnlOf = new Map<number, { account: string; conId: number | undefined }>();
  #summaryId: number | undefined;

  constructor(deps: { link: TwsLink; session: TwsSession; ids: RequestIds; clock: Clock }, to: AccountWireListener) {
    this.#link = deps.link;
    this.#ids = deps.ids;
    this.#clock = deps.clock;
    deps.session.listen({ up: () => to.up(deps.session.status().accounts) });
    deps.link.onLost(() => this.#pnlOf.clear());
    deps.link.on('accountSummary', (id, account, tag, value) => {
      if (id === this.#summaryId && isSummaryTag(tag)) to.summary(account, SUMMARY_TAGS[tag], moneyText(value));
    });
    deps.link.on('position', (account, contract, quantity, averageCost) => {
      const option: OptionContract | undefined = optionOf(contract);
      if (contract.conId === undefined || quantity === undefined) return;
      to.position({
        account,
        conId: contract.conId,
        contract: option,
        symbol: contract.symbol ?? '',
        secType: contract.secType ?? '',
        quantity,
        // TWS tells an option's cost per contract.
        averageCost: (money(averageCost) ?? 0) / (option?.multiplier ?? 1),
      });
    });
    deps.link.on('sent', ([message]) => {
      if (message === REQ_POSITIONS) to.positionsAsked();
    });
    deps.link.on('positionEnd', () => to.positionsEnd());
    deps.link.on('pnl', (id, daily, unrealised, realised) => {
      const about = this.#pnlOf.get(id);
      if (about) to.pnl({ ...about, ...pnlValues(daily, unrealised, realised), atMs: deps.clock.now() });
    });
    deps.link.on('pnlSingle', (id, _quantity, daily, unrealised, realised, value) => {
      const about = this.#pnlOf.get(id);
      if (about)
        to.pnl({ ...about, ...pnlValues(daily, unrealised, realised), value: money(value), atMs: this.#clock.now() });
    });
  }

  askSummary(): void {
    const id = this.#ids.next();
    this.#summaryId = id;
    this.#link.send('account', (api) => api.reqAccountSummary(id, 'All', Object.keys(SUMMARY_TAGS).join(',')));
  }

  /** Daily, unrealised and realised P&L of an account, or of one position of it. */
  askPnl(account: string, conId: number | undefined): Unsubscribe {
    const id = this.#ids.next();
    this.#pnlOf.set(id, { account, conId });
    this.#link.send('account', (api) =>
      conId === undefined ? api.reqPnL(id, account, '') : api.reqPnLSingle(id, account, '', conId),
    );
    return () => {
      if (!this.#pnlOf.delete(id) || !this.#link.isOpen) return;
      this.#link.send('account', (api) => (conId === undefined ? api.cancelPnL(id) : api.cancelPnLSingle(id)));
    };
  }
}

/** realizedPnL of 1e308 is TWS's "none". @source ib_insync #462. */
function pnlValues(
  daily: number | undefined,
  unrealised: number | undefined,
  realised: number | undefined,
): Pick<PnlUpdate, 'daily' | 'unrealised' | 'realised'> {
  return { daily: money(daily), unrealised: money(unrealised), realised: money(realised) };
}
