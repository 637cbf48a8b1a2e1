import { afterEach } from 'vitest';
import type { Instrument } from '../../../broker/simulator/core/instrument.ts';
import type { OrderRequest } from '../../../broker/simulator/core/orderTypes.ts';
import { startSimulator } from '../../../broker/simulator/server.ts';
import type { RunningSimulator, SimulatorOptions } from '../../../broker/simulator/server.ts';
import { fakeClock } from '../../fakeClock.ts';
import type { FakeClock } from '../../fakeClock.ts';
import { contract, rawClient, settle } from './rawClient.ts';
import type { RawClient, RawClientOptions } from './rawClient.ts';

const STEP_MS = 250;
const running: RunningSimulator[] = [];

afterEach(async () => {
  for (const simulator of running.splice(0)) await simulator.close();
});

/** A simulator in virtual time with clients in the same process. */
export interface Day {
  simulator: RunningSimulator;
  clock: FakeClock;
  client(options?: RawClientOptions): Promise<RawClient>;
  /** Lets virtual time pass, step by step, with everything sent arriving in between. */
  pass(ms: number): Promise<void>;
  /** Contract id of an option of the generated market. */
  option(symbol: string, expiry: string, right: 'C' | 'P', strike: number): number;
}

export interface DayOptions extends Partial<Omit<SimulatorOptions, 'clock'>> {
  startMs?: number;
}

/** Starts on Thursday 2023-09-14, 10:30 in New York, unless told otherwise. Closed after the test. */
export async function simulatedDay({ startMs, ...options }: DayOptions = {}): Promise<Day> {
  const clock = fakeClock(startMs);
  const simulator = await startSimulator({ port: 0, seed: 5, hours: 'always', ...options, clock });
  running.push(simulator);
  return {
    simulator,
    clock,
    client: (clientOptions) => rawClient(simulator.connect(), clientOptions),
    pass: async (ms) => {
      for (let left = ms; left > 0; left -= STEP_MS) {
        clock.advance(Math.min(left, STEP_MS));
        await settle();
      }
    },
    option: (symbol, expiry, right, strike) => {
      const { core } = simulator;
      const [found] = core.contracts.find({ symbol, secType: 'OPT', expiry, right, strike }, core.today());
      if (!found) throw new Error(`${symbol} ${expiry} ${right} ${strike} is not listed`);
      return found.conId;
    },
  };
}

/** A BAG of SPY legs. */
export const SPY_BAG = contract({ symbol: 'SPY', secType: 'BAG' });

/** A resting order for one contract, as a person types it into TWS. */
export function handOrder(instrument: Instrument): Omit<OrderRequest, 'clientId' | 'orderId'> {
  return {
    ...{ account: 'SIM0000001', symbol: 'SPY', isCombo: false, exchange: 'SMART', action: 'BUY', quantity: 1 },
    ...{ type: 'LMT', limitPrice: 0.01, tif: 'DAY', orderRef: '', openClose: 'O', outsideRth: false, transmit: true },
    ...{ parentId: 0, ocaGroup: '', legs: [{ instrument, action: 'BUY', ratio: 1, exchange: 'SMART', openClose: 0 }] },
  };
}
