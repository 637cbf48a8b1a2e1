import type { DividendForecast } from '../scanner/domain/dividend.ts';
import type { IsoDate, OptionContract, Right } from '../scanner/domain/option.ts';
import type { PriceIncrement } from '../scanner/domain/money.ts';
import type { TradingMode } from '../scanner/domain/tradingMode.ts';

/**
 * What a broker can do, in this project's own terms: the only face of `broker` that the engine sees.
 * Everything asynchronous has a deadline and fails with a LegworkError; nothing here is queued while not ready.
 */
export interface BrokerGateway {
  readonly connection: ConnectionPort;
  readonly reference: ReferencePort;
  readonly marketData: MarketDataPort;
  readonly orders: OrderPort;
  readonly account: AccountPort;
  /** Disconnects and releases every timer. Never cancels working orders. */
  close(): Promise<void>;
}

/** Where the broker layer writes its log; a pino logger is one. */
export interface BrokerLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Stops a subscription. Calling it twice does nothing. */
export type Unsubscribe = () => void;

// --- connection ---------------------------------------------------------------------------------

export interface BrokerTarget {
  host: string;
  port: number;
  clientId: number;
}

/** `reconciling`: connected, but orders stay gated until open and completed orders, executions and positions have ended. */
export type LinkPhase = 'offline' | 'connecting' | 'reconciling' | 'ready';

export interface LinkStatus {
  phase: LinkPhase;
  target: BrokerTarget | undefined;
  /** Set once managedAccounts has come. */
  mode: TradingMode | undefined;
  accounts: string[];
  serverVersion: number | undefined;
  /** Counts connection attempts that reached `reconciling`; order frames carry it. */
  epoch: number;
  /** Round trip of the last heartbeat, ms. */
  latencyMs: number | undefined;
  /** Server clock minus ours, ms. */
  clockSkewMs: number | undefined;
  /** False between notices 1100 and 1101/1102: TWS itself has lost IB. */
  upstreamOk: boolean;
  readOnlyApi: boolean;
  /** Frames written in the last 1,000 ms, and the ceiling. */
  messagesPerSecond: number;
  messageCeiling: number;
  linesUsed: number;
  lineBudget: number;
  /** When the next attempt starts, ms since 1970. */
  retryAtMs: number | undefined;
  /** Why offline, in plain words with what to do. */
  problem: string | undefined;
  sinceMs: number;
}

/** A notice from TWS in plain words. Never hidden by default. */
export interface BrokerNotice {
  atMs: number;
  code: number;
  level: 'info' | 'warning' | 'error';
  message: string;
  requestId?: number;
}

export interface ConnectionPort {
  connect(target: BrokerTarget): void;
  disconnect(): void;
  status(): LinkStatus;
  onStatus(listener: (status: LinkStatus) => void): Unsubscribe;
  onNotice(listener: (notice: BrokerNotice) => void): Unsubscribe;
}

// --- reference data -----------------------------------------------------------------------------

export interface Underlying {
  symbol: string;
  conId: number;
  secType: 'STK' | 'IND';
  exchange: string;
  currency: string;
  name: string;
}

/** Strikes and expiries of one trading class, as sec-def parameters give them: a union, not a true list. */
export interface OptionClass {
  root: string;
  exchange: string;
  multiplier: number;
  expiries: IsoDate[];
  strikes: number[];
}

/** A daily close, oldest first in a series. */
export interface DailyClose {
  date: IsoDate;
  close: number;
}

export interface ReferencePort {
  search(text: string, signal?: AbortSignal): Promise<Underlying[]>;
  /** @throws LegworkError data/no-contract for an unknown symbol. */
  underlying(symbol: string, signal?: AbortSignal): Promise<Underlying>;
  optionClasses(underlying: Underlying, signal?: AbortSignal): Promise<OptionClass[]>;
  /** The true list, with conIds, of one expiry and right. Cached per day by the caller's ContractCache. */
  contracts(
    underlying: Underlying,
    root: string,
    expiry: IsoDate,
    right: Right,
    signal?: AbortSignal,
  ): Promise<OptionContract[]>;
  priceIncrements(conId: number, signal?: AbortSignal): Promise<PriceIncrement[]>;
  /** 30-day implied vol of the underlying, a year of daily closes, as a fraction (0.2 is 20 %). */
  ivHistory(underlying: Underlying, signal?: AbortSignal): Promise<DailyClose[]>;
  priceHistory(underlying: Underlying, signal?: AbortSignal): Promise<DailyClose[]>;
}

/** Contract lists by (symbol, root, expiry, right) for one New York day; SQLite implements it. */
export interface ContractCache {
  read(day: IsoDate, symbol: string, root: string, expiry: IsoDate, right: Right): OptionContract[] | undefined;
  write(
    day: IsoDate,
    symbol: string,
    root: string,
    expiry: IsoDate,
    right: Right,
    contracts: readonly OptionContract[],
  ): void;
}

// --- market data --------------------------------------------------------------------------------

/** Absent is undefined. 0 is a real bid. Sizes in contracts or shares. */
export interface QuoteUpdate {
  bid?: number | undefined;
  ask?: number | undefined;
  last?: number | undefined;
  close?: number | undefined;
  volume?: number | undefined;
  openInterest?: number | undefined;
  /** Broker's model values: signed delta, theta per calendar day, vega per vol point. */
  iv?: number | undefined;
  delta?: number | undefined;
  gamma?: number | undefined;
  theta?: number | undefined;
  vega?: number | undefined;
  /** Spot the Greeks were made with. */
  underlyingPrice?: number | undefined;
  /** Of an underlying: what the broker expects it to pay. */
  dividends?: DividendForecast | undefined;
}

export type MarketDataKind = 'live' | 'frozen' | 'delayed' | 'delayed-frozen';

/** Where quotes go. The engine implements it over the columnar chain; called often, must not block. */
export interface QuoteSink {
  /** Spot of an underlying, and its 30-day IV (fraction) when known. */
  underlying(symbol: string, quote: QuoteUpdate, kind: MarketDataKind, atMs: number): void;
  /** Contracts about to be quoted, so that rows can be made for them. */
  contracts(contracts: readonly OptionContract[]): void;
  option(conId: number, quote: QuoteUpdate, kind: MarketDataKind, atMs: number): void;
  /** Nothing more will come for this contract from the current load. */
  settled(conId: number): void;
}

/** What a profile can use: nothing else is asked for. */
export interface ChainRequest {
  symbols: string[];
  dte: { min?: number; max?: number };
  /** |delta| window that either leg may need, [0, 1]. */
  absDelta: { min: number; max: number };
  rights: Right[];
  /** Keeps the widest allowed spread's partner strikes inside the load. Dollars. */
  maxWidth: number | undefined;
  /** On which side of a strike inside the delta window its partner lies; both where nothing is said. */
  partnerSide?: Partial<Record<Right, 'lower' | 'higher' | 'both'>>;
}

export interface ChainProgress {
  symbol: string;
  stage: 'contract' | 'expiries' | 'strikes' | 'quotes' | 'done' | 'failed';
  /** Contracts settled and to settle, over all symbols so far known. */
  quoted: number;
  toQuote: number;
  symbolsDone: number;
  symbolsTotal: number;
  messagesSent: number;
  /** Estimated, ms; undefined until it can be known. */
  remainingMs: number | undefined;
  problem?: string;
}

/** A running load. It keeps refreshing in rounds until stopped, since 100 lines cannot hold a chain. */
export interface ChainLoad {
  pause(): void;
  resume(): void;
  stop(): void;
  /** Resolves after the first full pass, or when stopped. */
  firstPass: Promise<void>;
}

export interface MarketDataPort {
  loadChains(request: ChainRequest, sink: QuoteSink, onProgress: (progress: ChainProgress) => void): ChainLoad;
  /** Streams one contract (a ticket's leg, a position's leg); these lines have priority over chain loads. */
  watchOption(
    contract: OptionContract,
    onQuote: (quote: QuoteUpdate, kind: MarketDataKind, atMs: number) => void,
  ): Unsubscribe;
  watchUnderlying(
    underlying: Underlying,
    onQuote: (quote: QuoteUpdate, kind: MarketDataKind, atMs: number) => void,
  ): Unsubscribe;
  /**
   * When the quote of a watched contract was last known to be current, ms since 1970: later than its last tick while
   * its line streams and the contract is merely quiet. Undefined while it is not watched or has not ticked.
   */
  currentAtMs(conId: number): number | undefined;
}

// --- orders -------------------------------------------------------------------------------------

export interface ComboLeg {
  conId: number;
  action: 'BUY' | 'SELL';
  ratio: number;
  contract: OptionContract;
}

/**
 * One spread as one BAG order. Convention: the combo is always BOUGHT as listed, so a credit is a negative limit
 * price and a debit a positive one.
 */
export interface ComboOrder {
  /** Our own unique reference, also on the wire as orderRef. */
  orderRef: string;
  account: string;
  symbol: string;
  legs: ComboLeg[];
  quantity: number;
  /** Tick-aligned dollars per share; negative is a credit. */
  limitPrice: number;
  tif: 'DAY' | 'GTC';
}

/** Dollars; undefined where TWS gave none. */
export interface WhatIf {
  initMarginChange: number | undefined;
  maintMarginChange: number | undefined;
  equityWithLoanAfter: number | undefined;
  commission: number | undefined;
  minCommission: number | undefined;
  maxCommission: number | undefined;
  warning: string | undefined;
  /** `broker`, or `width` where TWS has no what-if for this combo and width x multiplier stands in, labelled so. */
  source: 'broker' | 'width';
}

/** What the wire says of orders; folded by the reducer, in any order, any number of times. */
export type OrderWireEvent =
  | { type: 'written'; orderRef: string; orderId: number; epoch: number; atMs: number }
  /** `place` was accepted, but the link went before the frame was written: TWS has certainly not seen this order. */
  | { type: 'notWritten'; orderRef: string; orderId: number; epoch: number; reason: string; atMs: number }
  | {
      type: 'openOrder';
      orderRef: string;
      orderId: number;
      permId: number;
      account: string;
      status: string;
      atMs: number;
    }
  | {
      type: 'status';
      orderId: number;
      permId: number;
      status: string;
      filled: number;
      remaining: number;
      averagePrice: number;
      whyHeld: string;
      atMs: number;
    }
  | { type: 'execution'; execution: Execution }
  | { type: 'commission'; execId: string; commission: number; realisedPnl: number | undefined; atMs: number }
  | { type: 'notice'; orderId: number; code: number; message: string; rejectJson?: string; atMs: number }
  | { type: 'completed'; orderRef: string; permId: number; account: string; status: string; atMs: number }
  | { type: 'linkLost'; epoch: number; atMs: number }
  | { type: 'reconciled'; epoch: number; atMs: number };

export interface Execution {
  execId: string;
  orderId: number;
  permId: number;
  orderRef: string;
  account: string;
  /** 0 for the BAG's own summary execution. */
  conId: number;
  isComboSummary: boolean;
  side: 'BOT' | 'SLD';
  quantity: number;
  /** Per share; a combo's may be negative. */
  price: number;
  atMs: number;
}

export interface OrderPort {
  /** @throws LegworkError; code 360 falls back to a `width` answer instead of failing. */
  whatIf(order: ComboOrder, signal?: AbortSignal): Promise<WhatIf>;
  /** Next unused order id. @throws LegworkError connection/not-ready. */
  reserveOrderId(): number;
  /**
   * Writes one new-order frame as soon as the message ceiling allows (at most a second), or refuses. Never waits for
   * a connection and never sends twice. The caller has already committed the intent. Exactly one of `written` (with
   * the epoch that carried it) and `notWritten` follows.
   * @throws LegworkError order/not-sent when it certainly was not written.
   */
  place(order: ComboOrder, orderId: number, epoch: number): void;
  /**
   * Takes back new-order frames that still wait for the message ceiling: that of one order, or all. `notWritten` is told
   * of each before this returns; what was written already is left alone. Without it a cancel overtakes its own order.
   */
  withdrawUnwritten(reason: string, orderId?: number): void;
  cancel(orderId: number): void;
  /** Asks TWS to cancel every order of every client. */
  cancelAll(): void;
  onEvent(listener: (event: OrderWireEvent) => void): Unsubscribe;
}

// --- account ------------------------------------------------------------------------------------

/** Dollars; undefined until TWS has said it. */
export interface AccountSummary {
  account: string;
  netLiquidation: number | undefined;
  buyingPower: number | undefined;
  excessLiquidity: number | undefined;
  maintMargin: number | undefined;
  cash: number | undefined;
  atMs: number;
}

export interface PositionUpdate {
  account: string;
  conId: number;
  contract: OptionContract | undefined;
  symbol: string;
  secType: string;
  /** Signed; 0 means closed. */
  quantity: number;
  /** Per share. */
  averageCost: number;
}

/** Dollars. */
export interface PnlUpdate {
  account: string;
  /** Undefined for the whole account. */
  conId: number | undefined;
  daily: number | undefined;
  unrealised: number | undefined;
  realised: number | undefined;
  value?: number | undefined;
  atMs: number;
}

export interface AccountPort {
  onSummary(listener: (summary: AccountSummary) => void): Unsubscribe;
  onPosition(listener: (position: PositionUpdate) => void): Unsubscribe;
  onPnl(listener: (pnl: PnlUpdate) => void): Unsubscribe;
}
