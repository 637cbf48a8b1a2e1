import { BarSizeSetting, WhatToShow } from '@stoqey/ib';
import { abortReason } from '../pacing/abortable.ts';
import type { DailyClose, Underlying } from '../gateway.ts';
import type { HistoricalPacer } from '../pacing/historicalPacer.ts';
import { underlyingContract } from './contracts.ts';
import { linkLost, type TwsRequests } from './requests.ts';
import { isoDate, positivePrice } from './values.ts';

export type HistoryOf = 'OPTION_IMPLIED_VOLATILITY' | 'TRADES';

const ONE_YEAR = '1 Y';
const REGULAR_HOURS = 1;
const DATES_AS_TEXT = 1;

/** The historical pacer's leave to ask. */
interface Turn {
  done: () => void;
  sent: () => void;
}

/** A year of daily closes of an underlying, within TWS's historical pacing. */
export class DailyHistory {
  readonly #deps: { requests: TwsRequests; pacer: HistoricalPacer; deadlineMs: number };

  constructor(deps: { requests: TwsRequests; pacer: HistoricalPacer; deadlineMs: number }) {
    this.#deps = deps;
  }

  /** Oldest first; IV as a fraction. The deadline starts when TWS is asked, not while the pacing rules hold it back. */
  async closes(underlying: Underlying, what: HistoryOf, signal?: AbortSignal): Promise<DailyClose[]> {
    const contractKey = `${underlying.conId}/${what}`;
    const { done, sent } = await this.#turn({ identity: `${contractKey}/${ONE_YEAR}`, contractKey }, signal);
    try {
      return await this.#ask(underlying, what, { signal, sent });
    } finally {
      done();
    }
  }

  #turn(key: { identity: string; contractKey: string }, signal: AbortSignal | undefined): Promise<Turn> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const withdraw = this.#deps.pacer.submit({
        ...key,
        start: (done, sent) => resolve({ done, sent }),
        dropped: (reason) => reject(linkLost('a year of history', reason)),
      });
      signal?.addEventListener(
        'abort',
        () => {
          withdraw();
          reject(abortReason(signal));
        },
        { once: true },
      );
    });
  }

  #ask(
    underlying: Underlying,
    what: HistoryOf,
    { signal, sent }: { signal: AbortSignal | undefined; sent: () => void },
  ): Promise<DailyClose[]> {
    const closes: DailyClose[] = [];
    return this.#deps.requests.run<DailyClose[]>({
      name: `a year of ${what === 'TRADES' ? 'prices' : 'implied vol'} of ${underlying.symbol}`,
      lane: 'scan',
      deadlineMs: this.#deps.deadlineMs,
      signal,
      write: (api, id) => {
        sent();
        api.reqHistoricalData(
          id,
          underlyingContract(underlying),
          '',
          ONE_YEAR,
          BarSizeSetting.DAYS_ONE,
          what === 'TRADES' ? WhatToShow.TRADES : WhatToShow.OPTION_IMPLIED_VOLATILITY,
          REGULAR_HOURS,
          DATES_AS_TEXT,
          false,
        );
      },
      cancel: (api, id) => api.cancelHistoricalData(id),
      on: {
        historicalData: (done, time, _open, _high, _low, close) => {
          if (time.startsWith('finished')) return done(closes);
          const date = isoDate(time);
          const value = positivePrice(close);
          if (date !== undefined && value !== undefined) closes.push({ date, close: value });
        },
      },
    });
  }
}
