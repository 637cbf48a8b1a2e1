import type { Clock, Random } from '../../../scanner/domain/clock.ts';
import { seededRandom } from '../../../scanner/domain/random.ts';
import { AccountBook } from './accountBook.ts';
import { ContractBook } from './contractBook.ts';
import type { RootSource } from './contractBook.ts';
import { Exchange } from './exchange.ts';
import { Market } from './market.ts';
import { Settlement } from './settlement.ts';
import { TradingCalendar } from './tradingCalendar.ts';
import type { DayNumber } from './tradingCalendar.ts';
import { UNIVERSE } from './universe.ts';

export interface CoreOptions {
  clock: Clock;
  seed: number;
  hours: 'always' | 'exchange';
  accounts: readonly string[];
  startingCash: number;
  /** Underlyings whose options come from elsewhere than the generated market. */
  recorded: readonly RootSource[];
}

/** Everything behind the wire: market, contracts, accounts and orders, in this project's own types. */
export class SimulatorCore {
  readonly clock: Clock;
  readonly random: Random;
  readonly calendar: TradingCalendar;
  readonly contracts: ContractBook;
  readonly market: Market;
  readonly accounts: AccountBook;
  readonly exchange: Exchange;
  readonly #settlement: Settlement;

  constructor(options: CoreOptions) {
    const { clock, seed, hours } = options;
    this.clock = clock;
    this.random = seededRandom(seed);
    this.calendar = new TradingCalendar();
    this.contracts = new ContractBook(UNIVERSE, this.calendar, options.recorded);
    this.market = new Market({ seed, hours, calendar: this.calendar, contracts: this.contracts });
    this.accounts = new AccountBook(this.market, options.accounts, options.startingCash);
    const { market, accounts } = this;
    this.exchange = new Exchange({ clock, random: this.random, market, accounts });
    this.#settlement = new Settlement({ clock, market, accounts, exchange: this.exchange });
  }

  now(): number {
    return this.clock.now();
  }

  today(): DayNumber {
    return this.calendar.dayAt(this.clock.now());
  }

  close(): void {
    this.#settlement.close();
    this.exchange.close();
  }
}
