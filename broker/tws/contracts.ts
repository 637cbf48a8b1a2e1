import { OptionType, SecType, type Contract, type ContractDetails } from '@stoqey/ib';
import { LegworkError } from '../../scanner/domain/errors.ts';
import type { IsoDate, OptionContract, Right } from '../../scanner/domain/option.ts';
import type { Underlying } from '../gateway.ts';
import { isoDate } from './values.ts';

export function twsDate(date: IsoDate): string {
  return date.replaceAll('-', '');
}

export function underlyingContract(underlying: Underlying): Contract {
  return {
    conId: underlying.conId,
    symbol: underlying.symbol,
    secType: underlying.secType === 'IND' ? SecType.IND : SecType.STK,
    exchange: underlying.secType === 'IND' ? underlying.exchange : 'SMART',
    currency: underlying.currency,
  };
}

/** By conId alone where it is known: everything else about it is then TWS's business. */
export function optionWireContract(option: OptionContract): Contract {
  if (option.conId === undefined)
    throw new LegworkError({
      kind: 'data',
      code: 'no-contract',
      message: `${option.symbol} ${option.expiry} ${option.strike}${option.right} has no TWS contract id; load its chain from TWS first.`,
    });
  return { conId: option.conId, symbol: option.symbol, secType: SecType.OPT, exchange: 'SMART', currency: 'USD' };
}

/**
 * The option of a contract-details answer. The expiry is the real expiration date where TWS tells it: for AM-settled
 * classes `lastTradeDateOrContractMonth` is the day before. @returns undefined for what is not a listed option.
 */
export function optionOfDetails(details: ContractDetails): OptionContract | undefined {
  const real = isoDate(details.realExpirationDate);
  return optionOf(details.contract, details.underSymbol || details.contract.symbol, real);
}

/** The option of a position, execution or order; undefined for anything else. */
export function optionOf(contract: Contract, symbol = contract.symbol, expiry?: IsoDate): OptionContract | undefined {
  const date = expiry ?? isoDate(contract.lastTradeDateOrContractMonth);
  const right = rightOf(contract);
  const strike = contract.strike;
  if (contract.secType !== SecType.OPT || !date || !right || strike === undefined || !(strike > 0) || !symbol)
    return undefined;
  const multiplier = Number(contract.multiplier);
  return {
    symbol,
    root: contract.tradingClass || symbol,
    expiry: date,
    right,
    strike,
    multiplier: multiplier > 0 ? multiplier : 100,
    ...(contract.conId ? { conId: contract.conId } : {}),
  };
}

function rightOf({ right }: Contract): Right | undefined {
  if (right === OptionType.Call) return 'C';
  return right === OptionType.Put ? 'P' : undefined;
}

export function underlyingOf(details: ContractDetails): Underlying | undefined {
  const { conId, symbol, secType, exchange, currency } = details.contract;
  if (!conId || !symbol || (secType !== SecType.STK && secType !== SecType.IND)) return undefined;
  return {
    symbol,
    conId,
    secType: secType === SecType.IND ? 'IND' : 'STK',
    exchange: exchange ?? (secType === SecType.IND ? 'CBOE' : 'SMART'),
    currency: currency ?? 'USD',
    name: details.longName ?? symbol,
  };
}
