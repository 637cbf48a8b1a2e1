import type {
  CommissionReport,
  Contract,
  ContractDescription,
  ContractDetails,
  Execution,
  Order,
  OrderState,
} from '@stoqey/ib';

/**
 * What TWS can say, as @stoqey/ib emits it: event name to raw arguments. Numbers may be missing or sentinels whatever
 * the library's own types claim; values.ts reads them. @source @stoqey/ib core/io/decoder.js.
 */
export interface TwsEvents {
  info: [message: string, code: number];
  error: [error: Error, code: number, reqId: number, rejectJson: unknown];
  managedAccounts: [accounts: string];
  nextValidId: [orderId: number];
  currentTime: [epochSeconds: number];
  contractDetails: [reqId: number, details: ContractDetails];
  contractDetailsEnd: [reqId: number];
  symbolSamples: [reqId: number, found: ContractDescription[]];
  securityDefinitionOptionParameter: [
    reqId: number,
    exchange: string,
    underlyingConId: number,
    tradingClass: string,
    multiplier: number | string,
    expirations: string[],
    strikes: number[],
  ];
  securityDefinitionOptionParameterEnd: [reqId: number];
  marketRule: [ruleId: number, increments: unknown[]];
  historicalData: [
    reqId: number,
    /** `yyyymmdd`, or `finished-...` after the last bar. */
    time: string,
    open: number | undefined,
    high: number | undefined,
    low: number | undefined,
    close: number | undefined,
  ];
  marketDataType: [reqId: number, type: number];
  tickPrice: [reqId: number, tick: number, price: number | undefined];
  tickSize: [reqId: number, tick: number | undefined, size: number | undefined];
  tickString: [reqId: number, tick: number, text: string | undefined];
  tickGeneric: [reqId: number, tick: number, value: number | undefined];
  tickOptionComputation: [
    reqId: number,
    tick: number,
    attribute: number | undefined,
    iv: number | undefined,
    delta: number | undefined,
    optionPrice: number | undefined,
    dividend: number | undefined,
    gamma: number | undefined,
    vega: number | undefined,
    theta: number | undefined,
    underlyingPrice: number | undefined,
  ];
  openOrder: [orderId: number, contract: Contract, order: Order, state: OrderState];
  openOrderEnd: [];
  orderStatus: [
    orderId: number,
    status: string,
    filled: number | undefined,
    remaining: number | undefined,
    averagePrice: number | undefined,
    permId: number | undefined,
    parentId: number | undefined,
    lastPrice: number | undefined,
    clientId: number | undefined,
    whyHeld: string | undefined,
  ];
  completedOrder: [contract: Contract, order: Order, state: OrderState];
  completedOrdersEnd: [];
  execDetails: [reqId: number, contract: Contract, execution: Execution];
  execDetailsEnd: [reqId: number];
  commissionReport: [report: CommissionReport];
  position: [account: string, contract: Contract, quantity: number | undefined, averageCost: number | undefined];
  positionEnd: [];
  accountSummary: [reqId: number, account: string, tag: string, value: string, currency: string];
  pnl: [reqId: number, daily: number | undefined, unrealised: number | undefined, realised: number | undefined];
  pnlSingle: [
    reqId: number,
    quantity: number | undefined,
    daily: number | undefined,
    unrealised: number | undefined,
    realised: number | undefined,
    value: number | undefined,
  ];
  /** Raw tokens of a frame that was handed to the socket. */
  sent: [tokens: unknown[]];
  received: [];
  connected: [];
  disconnected: [];
}

export type TwsEvent = keyof TwsEvents;

export const TWS_EVENTS: readonly TwsEvent[] = Object.keys({
  info: 0,
  error: 0,
  managedAccounts: 0,
  nextValidId: 0,
  currentTime: 0,
  contractDetails: 0,
  contractDetailsEnd: 0,
  symbolSamples: 0,
  securityDefinitionOptionParameter: 0,
  securityDefinitionOptionParameterEnd: 0,
  marketRule: 0,
  historicalData: 0,
  marketDataType: 0,
  tickPrice: 0,
  tickSize: 0,
  tickString: 0,
  tickGeneric: 0,
  tickOptionComputation: 0,
  openOrder: 0,
  openOrderEnd: 0,
  orderStatus: 0,
  completedOrder: 0,
  completedOrdersEnd: 0,
  execDetails: 0,
  execDetailsEnd: 0,
  commissionReport: 0,
  position: 0,
  positionEnd: 0,
  accountSummary: 0,
  pnl: 0,
  pnlSingle: 0,
  sent: 0,
  received: 0,
  connected: 0,
  disconnected: 0,
} satisfies Record<TwsEvent, 0>) as TwsEvent[];
