import type { AccountValues } from '../core/accountBook.ts';

export interface AccountTag {
  tag: string;
  value: string;
  /** Empty for what is not money. */
  currency: string;
}

/** The account as TWS lists it. @source ibapi account_summary_tags.py */
export function accountTags(values: AccountValues): AccountTag[] {
  const money = (tag: string, dollars: number): AccountTag => ({ tag, value: dollars.toFixed(2), currency: 'USD' });
  const text = (tag: string, value: string): AccountTag => ({ tag, value, currency: '' });
  return [
    text('AccountType', 'INDIVIDUAL'),
    text('Cushion', (values.netLiquidation > 0 ? values.excessLiquidity / values.netLiquidation : 0).toFixed(6)),
    text('DayTradesRemaining', '-1'),
    text('Leverage', (values.netLiquidation > 0 ? values.grossPositionValue / values.netLiquidation : 0).toFixed(2)),
    money('AccruedCash', 0),
    money('AvailableFunds', values.availableFunds),
    money('BuyingPower', values.buyingPower),
    money('EquityWithLoanValue', values.equityWithLoan),
    money('ExcessLiquidity', values.excessLiquidity),
    money('FullAvailableFunds', values.availableFunds),
    money('FullExcessLiquidity', values.excessLiquidity),
    money('FullInitMarginReq', values.initialMargin),
    money('FullMaintMarginReq', values.maintenanceMargin),
    money('GrossPositionValue', values.grossPositionValue),
    money('InitMarginReq', values.initialMargin),
    money('LookAheadAvailableFunds', values.availableFunds),
    money('LookAheadExcessLiquidity', values.excessLiquidity),
    money('LookAheadInitMarginReq', values.initialMargin),
    money('LookAheadMaintMarginReq', values.maintenanceMargin),
    money('MaintMarginReq', values.maintenanceMargin),
    money('NetLiquidation', values.netLiquidation),
    money('OptionMarketValue', values.optionValue),
    money('PreviousDayEquityWithLoanValue', values.equityWithLoan),
    money('RealizedPnL', values.realisedPnl),
    money('RegTEquity', values.equityWithLoan),
    money('RegTMargin', values.initialMargin),
    money('SettledCash', values.cash),
    money('SMA', Math.max(0, values.availableFunds)),
    money('StockMarketValue', values.stockValue),
    money('TotalCashValue', values.cash),
    money('CashBalance', values.cash),
    money('UnrealizedPnL', values.unrealisedPnl),
  ];
}

/**
 * The ledger of a currency, or of all in the base currency, which is the only one here.
 * @source TWS API, account summary, tag $LEDGER
 */
export function ledgerTags(values: AccountValues, currency: 'USD' | 'BASE'): AccountTag[] {
  const money = (tag: string, dollars: number): AccountTag => ({ tag, value: dollars.toFixed(2), currency });
  return [
    { tag: 'Currency', value: currency, currency },
    { tag: 'ExchangeRate', value: '1.00', currency },
    { tag: 'RealCurrency', value: currency, currency },
    money('CashBalance', values.cash),
    money('TotalCashBalance', values.cash),
    money('AccruedCash', 0),
    money('StockMarketValue', values.stockValue),
    money('OptionMarketValue', values.optionValue),
    money('NetLiquidationByCurrency', values.netLiquidation),
    money('UnrealizedPnL', values.unrealisedPnl),
    money('RealizedPnL', values.realisedPnl),
  ];
}
