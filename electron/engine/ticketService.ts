import type { OrderDesk } from '../../broker/orders/orderDesk.ts';
import { PREVIEW_LIFE_MS } from '../../broker/orders/previewTokens.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import { LegworkError, toAppError } from '../../scanner/domain/errors.ts';
import type { TicketQuote, TicketSubject } from '../contract/orders.ts';
import { Throttle } from './desk/throttle.ts';
import type { Implementer } from './implementer.ts';
import type { KeyedStream } from './streams/keyedStream.ts';
import type { StreamRegistry } from './streams/streamRegistry.ts';
import type { Subject, TicketBook } from './ticket/ticketBook.ts';

/** A ticket's prices are read, not charted. */
const EVERY_MS = 150;
/** Ages count on while nothing comes. */
const HEARTBEAT_MS = 1_000;
/** Time for TWS to send the first prices of the legs. */
const FIRST_QUOTE_MS = 4_000;
const POLL_MS = 50;

interface TicketDeps {
  book: TicketBook;
  desk: OrderDesk;
  streams: StreamRegistry;
  clock: Clock;
}

export function ticketService(os: Implementer, deps: TicketDeps) {
  return {
    watch: os.ticket.watch.handler(({ input, context, signal }) =>
      deps.streams.serve<undefined, TicketQuote>({ owner: context.owner, stream: input.stream, signal }, (stream) =>
        feedTicket(stream, input.subject, deps),
      ),
    ),
    preview: os.ticket.preview.handler(async ({ input, signal }) => {
      const { book, desk } = deps;
      const subject = await book.resolve(input.subject, signal);
      // The gate looks at the quotes again when the preview is sent, so they flow for as long as it may be.
      book.hold(subject, PREVIEW_LIFE_MS + FIRST_QUOTE_MS);
      await firstQuote(subject, deps);
      return desk.preview(book.ticket(input, subject), signal);
    }),
    send: os.ticket.send.handler(({ input }) => deps.desk.send(input.token)),
  };
}

/** Waits for a price of every leg, or long enough; the gate then says what is missing. */
function firstQuote(subject: Subject, { book, clock }: TicketDeps): Promise<void> {
  const deadline = clock.monotonic() + FIRST_QUOTE_MS;
  return new Promise((resolve) => {
    const look = () => {
      if (book.quote(subject)?.natural !== undefined || clock.monotonic() >= deadline) resolve();
      else clock.setTimer(look, POLL_MS);
    };
    look();
  });
}

type TicketStream = KeyedStream<undefined, TicketQuote>;

function feedTicket(stream: TicketStream, subject: TicketSubject, { book, clock }: TicketDeps): () => void {
  const stops = [
    book.onVoid(() => {
      const message = 'The connection has changed to another market. Choose the spread there.';
      stream.fail(new LegworkError({ kind: 'input', code: 'not-found', field: 'subject', message }));
    }),
  ];
  const abort = new AbortController();
  const start = (resolved: Subject) => {
    if (abort.signal.aborted) return;
    const throttle = new Throttle(clock, EVERY_MS, () => {
      stream.setHead(book.view(subject, resolved));
      beat();
    });
    let heartbeat = clock.setTimer(() => undefined, 0);
    const beat = () => {
      clock.clearTimer(heartbeat);
      heartbeat = clock.setTimer(() => {
        throttle.request();
      }, HEARTBEAT_MS);
    };
    const stopWatch = book.watch(resolved, () => {
      throttle.request();
    });
    throttle.request();
    stops.push(stopWatch, () => {
      throttle.stop();
      clock.clearTimer(heartbeat);
    });
  };
  book.resolve(subject, abort.signal).then(start, (thrown: unknown) => {
    stream.fail(thrown instanceof Error ? thrown : new LegworkError(toAppError(thrown)));
  });
  return () => {
    abort.abort();
    for (const stop of stops) stop();
  };
}
