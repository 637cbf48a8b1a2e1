import { AccountFamily } from './account.ts';
import { CalculationFamily } from './calculations.ts';
import { ContractsFamily } from './contracts.ts';
import type { Connection, MessageFamily } from './family.ts';
import { HistoricalFamily } from './historical.ts';
import { MarketDataFamily } from './marketData.ts';
import { OrdersFamily } from './orders.ts';
import { PositionsFamily } from './positions.ts';

/** Everything that a client may ask for once START_API is done. */
export function sessionFamilies(connection: Connection): MessageFamily[] {
  return [
    new ContractsFamily(connection),
    new MarketDataFamily(connection),
    new CalculationFamily(connection),
    new HistoricalFamily(connection),
    new OrdersFamily(connection),
    new PositionsFamily(connection),
    new AccountFamily(connection),
  ];
}
