import type { ComboLeg, LinkStatus, ReferencePort } from '../../../broker/gateway.ts';
import { multiplierOf, widthOf, type ComboQuote, type Ticket } from '../../../broker/orders/ticket.ts';
import { titleOf } from '../../../broker/orders/words.ts';
import type { Clock, TimerHandle } from '../../../scanner/domain/clock.ts';
import { LegworkError } from '../../../scanner/domain/errors.ts';
import { incrementAt, type PriceIncrement } from '../../../scanner/domain/money.ts';
import type { OptionContract } from '../../../scanner/domain/option.ts';
import { spreadLegs } from '../../../scanner/domain/spreadLegs.ts';
import type { Strategy } from '../../../scanner/domain/strategy.ts';
import type { TicketInput, TicketQuote, TicketSubject } from '../../contract/orders.ts';
import type { LegGroup } from '../positions/groupLegs.ts';
import type { ChainFeed } from '../scan/chainFeed.ts';
import type { RecentSpreads } from '../scan/recentSpreads.ts';
import { readSpreadId } from '../scan/spreadNames.ts';
import { comboQuote } from './comboQuote.ts';
import type { LegQuotes } from './legQuotes.ts';

/** Per leg and contract, where no profile says otherwise: what IBKR's fixed plan takes at most. */
const USUAL_FEE = 0.65;

/** What a subject means: its legs as they are traded now. */
export interface Subject {
  effect: Ticket['effect'];
  symbol: string;
  strategy: Strategy | undefined;
  legs: ComboLeg[];
  increments: readonly PriceIncrement[];
  feesPerLeg: number;
  /** Spreads that may be traded at most: the limit, or what is held. */
  maxQuantity: number;
  /** Account that holds the position; undefined for an opening. */
  account: string | undefined;
}

export interface TicketBookDeps {
  feed: ChainFeed;
  recent: RecentSpreads;
  reference: ReferencePort;
  quotes: LegQuotes;
  position: (id: string) => LegGroup | undefined;
  maxQuantity: () => number;
  link: () => LinkStatus;
  clock: Clock;
}

/** Turns what the window names (a row, a position) into tickets and their prices. */
export class TicketBook {
  readonly #deps: TicketBookDeps;
  /** Quotes that are kept flowing for a while: the timer, and what ends them. */
  readonly #held = new Map<TimerHandle, () => void>();
  readonly #voidListeners = new Set<() => void>();

  constructor(deps: TicketBookDeps) {
    this.#deps = deps;
  }

  /** @throws LegworkError input/not-found for a subject that is not there (any more); from the broker. */
  async resolve(subject: TicketSubject, signal: AbortSignal | undefined): Promise<Subject> {
    const known = subject.kind === 'open' ? this.#opening(subject.spreadId) : this.#closing(subject.positionId);
    const grids = await Promise.all(known.legs.map(({ conId }) => this.#deps.reference.priceIncrements(conId, signal)));
    return { ...known, increments: finest(grids) };
  }

  quote(subject: Subject): ComboQuote | undefined {
    return comboQuote(subject.legs, (conId) => this.#deps.quotes.latest(conId), subject.increments);
  }

  /** Streams the legs until the result is called. */
  watch(subject: Subject, onChange: () => void): () => void {
    const stops = subject.legs.map(({ contract, conId }) => this.#deps.quotes.watch({ ...contract, conId }, onChange));
    return () => {
      for (const stop of stops) stop();
    };
  }

  /** Streams the legs for so long, whether a window looks or not. */
  hold(subject: Subject, forMs: number): void {
    const { clock } = this.#deps;
    const stop = this.watch(subject, () => undefined);
    const timer = clock.setTimer(() => {
      this.#held.delete(timer);
      stop();
    }, forMs);
    this.#held.set(timer, stop);
  }

  /** Another market: the contract ids of open tickets would name strangers there. */
  voidAll(): void {
    this.close();
    for (const listener of [...this.#voidListeners]) listener();
  }

  /** Called when an open ticket means nothing any more. @returns what stops it. */
  onVoid(listener: () => void): () => void {
    this.#voidListeners.add(listener);
    return () => {
      this.#voidListeners.delete(listener);
    };
  }

  close(): void {
    for (const [timer, stop] of this.#held) {
      this.#deps.clock.clearTimer(timer);
      stop();
    }
    this.#held.clear();
  }

  /** @throws LegworkError order/blocked while no account is known. */
  ticket(input: TicketInput, subject: Subject): Ticket {
    const account = input.account ?? subject.account ?? this.#deps.link().accounts[0];
    if (account === undefined) {
      const message = 'No account is known yet. Connect to TWS first.';
      throw new LegworkError({ kind: 'order', code: 'blocked', message });
    }
    const { effect, symbol, strategy, legs, increments, feesPerLeg } = subject;
    const { quantity, credit, tif } = input;
    return { effect, account, symbol, strategy, legs, quantity, credit, tif, feesPerLeg, increments };
  }

  view(asked: TicketSubject, subject: Subject): TicketQuote {
    const quote = this.quote(subject);
    return {
      title: titleOf(subject),
      subject: asked,
      natural: quote?.natural,
      mid: quote?.mid,
      best: quote?.best,
      tick: incrementAt(subject.increments, quote?.mid ?? 0),
      legs: subject.legs.map((leg) => this.#legView(leg)),
      maxQuantity: subject.maxQuantity,
      width: widthOf(subject.legs) ?? 0,
      multiplier: multiplierOf(subject.legs),
      feesPerLeg: subject.feesPerLeg,
      kind: quote?.kind ?? 'live',
      ageMs: quote === undefined || quote.atMs === 0 ? undefined : Math.max(0, this.#deps.clock.now() - quote.atMs),
    };
  }

  #legView({ conId, action, contract }: ComboLeg): TicketQuote['legs'][number] {
    const live = this.#deps.quotes.latest(conId);
    const { bid, ask, iv, delta, openInterest, volume } = live?.quote ?? {};
    // To the micro-dollar, without binary crumbs.
    const mid = bid === undefined || ask === undefined ? undefined : Math.round((bid + ask) * 5e5) / 1e6;
    const { strike, right, expiry } = contract;
    const quotedAtMs = live?.atMs ?? 0;
    return { strike, right, expiry, conId, action, bid, ask, mid, iv, delta, openInterest, volume, quotedAtMs };
  }

  #opening(spreadId: string): Omit<Subject, 'increments'> {
    const name = readSpreadId(spreadId);
    const legs = spreadLegs(name).map(({ right, strike, sold }): ComboLeg => {
      const contract = this.#deps.feed.find({ ...name, right, strike });
      if (contract?.conId === undefined)
        throw notFound('spreadId', `${name.symbol} ${strike} is not loaded. Scan ${name.symbol} first.`);
      return { conId: contract.conId, action: sold ? 'SELL' : 'BUY', ratio: 1, contract };
    });
    return {
      effect: 'open',
      symbol: name.symbol,
      strategy: name.strategy,
      legs,
      feesPerLeg: this.#deps.recent.find(spreadId)?.profile.feesPerLeg ?? USUAL_FEE,
      maxQuantity: this.#deps.maxQuantity(),
      account: undefined,
    };
  }

  /** The legs of the position with their actions reversed. */
  #closing(positionId: string): Omit<Subject, 'increments'> {
    const group = this.#deps.position(positionId);
    if (group === undefined) throw notFound('positionId', 'This position is not held any more.');
    const legs = group.legs.map((leg): ComboLeg => {
      const contract: OptionContract = { ...leg.contract, conId: leg.conId };
      return { conId: leg.conId, action: leg.quantity < 0 ? 'BUY' : 'SELL', ratio: 1, contract };
    });
    return {
      effect: 'close',
      symbol: group.legs[0]?.contract.symbol ?? '',
      strategy: group.strategy,
      legs,
      feesPerLeg: USUAL_FEE,
      maxQuantity: group.spreads,
      account: group.account,
    };
  }
}

/** The grid with the smallest first step: a combo trades in the finest increment of its legs. */
function finest(grids: readonly PriceIncrement[][]): readonly PriceIncrement[] {
  const [first = [], ...rest] = grids;
  return rest.reduce(
    (best, grid) => ((grid[0]?.increment ?? Infinity) < (best[0]?.increment ?? Infinity) ? grid : best),
    first,
  );
}

function notFound(field: string, message: string): LegworkError {
  return new LegworkError({ kind: 'input', code: 'not-found', field, message });
}
