import { createContext } from 'svelte';
import type { LegworkClient } from '../../electron/contract/client.ts';
import { SettingsSchema, type QuoteRow, type Settings } from '../../electron/contract/desk.ts';
import type { OrderView, PositionGroup } from '../../electron/contract/orders.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import type { Link } from '../link.ts';
import { AnalysisStore } from './analysisStore.svelte.ts';
import { failureText } from './failure.ts';
import { followStream, type Follower } from './followStream.ts';
import { LogStore } from './logStore.svelte.ts';
import { PanelWidths } from './panelWidths.svelte.ts';
import { ProfileStore } from './profileStore.svelte.ts';
import { RowsStore } from './rowsStore.svelte.ts';
import { ScanStore } from './scanStore.svelte.ts';
import { StatusStore } from './statusStore.svelte.ts';
import { TicketStore } from './ticketStore.svelte.ts';
import { ViewStore } from './viewStore.svelte.ts';

export interface Notice {
  text: string;
  kind: 'info' | 'good' | 'bad';
  action?: { label: string; run: () => void };
}

export interface DeskServices {
  link: Link;
  clock: Clock;
  painted(then: () => void): void;
  /** Keeps small things of this window, such as panel widths. */
  memory: Pick<Storage, 'getItem' | 'setItem'>;
  /** Says something that needs no answer. */
  tell(notice: Notice): void;
}

/** Everything the window knows, and its streams. What a person can do with it is in the action files beside it. */
export class Desk {
  readonly services: DeskServices;
  readonly status: StatusStore;
  readonly log = new LogStore();
  readonly profiles = new ProfileStore();
  readonly scan = new ScanStore();
  readonly quotes = new RowsStore<QuoteRow>(
    (row) => row.symbol,
    () => 0,
  );
  readonly orders = new RowsStore<OrderView>(
    (order) => order.orderRef,
    (a, b) => b.createdAtMs - a.createdAtMs,
  );
  readonly positions = new RowsStore<PositionGroup>(
    (group) => group.id,
    (a, b) => a.symbol.localeCompare(b.symbol) || a.expiry.localeCompare(b.expiry) || a.title.localeCompare(b.title),
  );
  readonly analysis = new AnalysisStore();
  readonly ticket = new TicketStore();
  readonly view = new ViewStore();
  readonly panels: PanelWidths;
  settings = $state.raw<Settings>(SettingsSchema.parse({}));
  #quoteStream: Follower | undefined;
  #ticketStream: Follower | undefined;
  readonly #stops: (() => void)[] = [];

  constructor(services: DeskServices) {
    this.services = services;
    this.status = new StatusStore(services.clock);
    this.panels = new PanelWidths(services.memory);
  }

  /**
   * Asks the engine for something.
   * @returns its answer, or undefined after the reason was shown.
   */
  async ask<Answer>(question: (client: LegworkClient) => Promise<Answer>): Promise<Answer | undefined> {
    const answer = await this.attempt(question);
    if (answer.failed !== undefined) this.services.tell({ kind: 'bad', text: answer.failed });
    return answer.value;
  }

  /** As `ask`, but the reason of a failure comes back in words instead of being shown. */
  async attempt<Answer>(
    question: (client: LegworkClient) => Promise<Answer>,
  ): Promise<{ value?: Answer; failed?: string }> {
    const client = this.services.link.state.client;
    if (client === undefined) return { failed: 'Legwork is not connected to its engine yet. It keeps trying.' };
    try {
      return { value: await question(client) };
    } catch (thrown) {
      return { failed: failureText(thrown) };
    }
  }

  /** Opens the streams that live as long as the window. The scan starts when a profile is chosen. */
  start(): void {
    this.#stops.push(
      this.services.link.watch((state) => (this.status.link = state)),
      this.status.run(),
    );
    this.#keep(
      followStream({
        ...this.services,
        source: {
          open: (client, stream, signal) => client.desk.watch({ stream }, { signal }),
          message: (message) => message.head && this.status.receive(message.head),
        },
      }),
    );
    this.#keep(
      followStream({
        ...this.services,
        source: {
          open: (client, stream, signal) => client.desk.log({ stream }, { signal }),
          message: (message) => this.log.receive(message),
        },
      }),
    );
    this.#followBook();
    this.#followQuotes();
  }

  stop(): void {
    this.#ticketStream?.stop();
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Starts the scan of the profile in the scan store; later changes go through `refine`. */
  startScan(): void {
    this.#keep(
      followStream({
        ...this.services,
        source: {
          open: (client, stream, signal) => client.scan.watch({ stream, profile: this.scan.profile }, { signal }),
          opened: (stream) => this.scan.opened(stream),
          message: (message) => this.scan.receive(message),
          problem: (text) => (this.scan.problem = text),
        },
      }),
    );
  }

  /** Asks for quotes of the watchlist again, after it changed. */
  restartQuotes(): void {
    this.#quoteStream?.restart();
  }

  /** Follows the prices of the spread that is on the ticket. */
  followTicket(): void {
    this.#ticketStream?.stop();
    const subject = this.ticket.subject;
    this.#ticketStream =
      subject &&
      followStream({
        ...this.services,
        source: {
          open: (client, stream, signal) => client.ticket.watch({ stream, subject }, { signal }),
          message: (message) => {
            if (message.head && this.ticket.subject === subject) this.ticket.quote = message.head;
          },
          problem: (text) => (this.ticket.problem = text),
        },
      });
  }

  #followBook(): void {
    this.#keep(
      followStream({
        ...this.services,
        source: {
          open: (client, stream, signal) => client.orders.watch({ stream }, { signal }),
          opened: () => this.orders.forget(),
          message: (message) => this.orders.receive(message),
        },
      }),
    );
    this.#keep(
      followStream({
        ...this.services,
        source: {
          open: (client, stream, signal) => client.positions.watch({ stream }, { signal }),
          opened: () => this.positions.forget(),
          message: (message) => this.positions.receive(message),
        },
      }),
    );
  }

  #followQuotes(): void {
    this.#quoteStream = followStream({
      ...this.services,
      source: {
        open: (client, stream, signal) => client.desk.quotes({ stream, symbols: this.settings.watchlist }, { signal }),
        opened: () => this.quotes.forget(),
        message: (message) => this.quotes.receive(message),
      },
    });
    this.#keep(this.#quoteStream);
  }

  #keep(follower: Follower): void {
    this.#stops.push(() => follower.stop());
  }
}

export const [getDesk, setDesk] = createContext<Desk>();
