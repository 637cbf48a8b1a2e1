/**
 * One process of the order path, to be killed: sends one order to a simulator and dies by SIGKILL at the named moment.
 * Arguments: port, SQLite file, client id, moment. Prints the order's reference when it is journalled.
 */
import { writeSync } from 'node:fs';
import type { OrderPort } from '../../broker/gateway.ts';
import { wednesday } from './wednesday.ts';
import { startDesk } from './testDesk.ts';

const [port = '', path = '', clientId = '', moment = ''] = process.argv.slice(2);

function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Our reference, once it is journalled: what other orders do is no moment of ours. */
let placed = '';

/** The intent is committed when `place` is called; the frame is with the kernel when `written` is told. */
function mortal(orders: OrderPort): OrderPort {
  return {
    whatIf: (order, signal) => orders.whatIf(order, signal),
    reserveOrderId: () => orders.reserveOrderId(),
    place: (order, orderId, epoch) => {
      placed = order.orderRef;
      writeSync(1, `${placed}\n`);
      if (moment === 'before-write') die();
      orders.place(order, orderId, epoch);
      if (moment === 'after-place') die();
    },
    withdrawUnwritten: (reason, orderId) => orders.withdrawUnwritten(reason, orderId),
    cancel: (orderId) => orders.cancel(orderId),
    cancelAll: () => orders.cancelAll(),
    onEvent: (listener) =>
      orders.onEvent((event) => {
        if (moment === 'after-write' && event.type === 'written') die();
        listener(event);
        if (moment === 'after-acknowledgement' && event.type === 'openOrder' && event.orderRef === placed) die();
        if (moment === 'after-fill' && event.type === 'execution' && event.execution.orderRef === placed) die();
      }),
  };
}

const desk = startDesk({
  ...{ port: Number(port), path, clock: wednesday, clientId: Number(clientId), wrapOrders: mortal },
});
await desk.connect();
desk.ready();
const spread = await desk.spread();
const { token } = await desk.desk.preview(spread.ticket({ at: moment === 'after-fill' ? 'natural' : 'best' }));
if (token === undefined) throw new Error('the gate stopped the order');
desk.desk.send(token);
