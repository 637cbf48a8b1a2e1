import type { OrderDesk } from '../../broker/orders/orderDesk.ts';
import type { Implementer } from './implementer.ts';

export function safetyService(os: Implementer, desk: OrderDesk) {
  return {
    enableOrders: os.safety.enableOrders.handler(({ input }) => {
      desk.setOrdersEnabled(input.enabled);
    }),
    arm: os.safety.arm.handler(() => desk.arm()),
    disarm: os.safety.disarm.handler(() => {
      desk.disarm();
    }),
    halt: os.safety.halt.handler(({ input }) => desk.halt(input.reason)),
    resume: os.safety.resume.handler(() => {
      desk.resume();
    }),
    unlockLive: os.safety.unlockLive.handler(({ input }) => {
      desk.unlockLive(input);
    }),
    lockLive: os.safety.lockLive.handler(({ input }) => {
      desk.lockLive(input.account);
    }),
  };
}
