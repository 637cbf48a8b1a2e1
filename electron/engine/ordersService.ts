import { isDeepStrictEqual } from 'node:util';
import type { OrderDesk } from '../../broker/orders/orderDesk.ts';
import type { Clock } from '../../scanner/domain/clock.ts';
import type { OrderView } from '../contract/orders.ts';
import { Throttle } from './desk/throttle.ts';
import type { Implementer } from './implementer.ts';
import type { KeyedStream } from './streams/keyedStream.ts';
import type { StreamRegistry } from './streams/streamRegistry.ts';

/** Bursts of callbacks (status, fills, commissions) come within milliseconds of each other. */
const EVERY_MS = 50;

interface OrdersDeps {
  desk: OrderDesk;
  streams: StreamRegistry;
  clock: Clock;
}

export function ordersService(os: Implementer, { desk, streams, clock }: OrdersDeps) {
  const feed = (stream: KeyedStream<OrderView, undefined>) => {
    const shown = new Map<string, OrderView>();
    const publish = () => {
      for (const view of desk.views()) {
        if (isDeepStrictEqual(shown.get(view.orderRef), view)) continue;
        shown.set(view.orderRef, view);
        stream.upsert(view.orderRef, view);
      }
    };
    const throttle = new Throttle(clock, EVERY_MS, publish);
    const stop = desk.onChange(() => {
      throttle.request();
    });
    publish();
    return () => {
      stop();
      throttle.stop();
    };
  };
  return {
    watch: os.orders.watch.handler(({ input, context, signal }) =>
      streams.serve({ owner: context.owner, stream: input.stream, signal }, feed),
    ),
    cancel: os.orders.cancel.handler(({ input }) => {
      desk.cancel(input.orderRef);
    }),
    resolveUnknown: os.orders.resolveUnknown.handler(({ input }) => {
      desk.resolveUnknown(input.orderRef, input.outcome);
    }),
  };
}
