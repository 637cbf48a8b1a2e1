import type { BrokerTarget, LinkStatus } from '../../broker/gateway.ts';
import { memoryOrderIds } from '../../broker/tws/orderIds.ts';
import { createTwsGateway, DEFAULT_TWS_SETTINGS } from '../../broker/tws/twsGateway.ts';
import type { Clock, Random } from '../../scanner/domain/clock.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';

export interface Health {
  target: BrokerTarget;
  serverVersion: number;
  accounts: string[];
  mode: 'simulated' | 'paper' | 'live';
  /** ISO 8601, UTC. */
  serverTime: string;
  /** Server clock minus this computer's. */
  clockSkewMs: number;
  /** Round trip of one question. */
  latencyMs: number;
}

export interface HealthDeps {
  clock: Clock;
  random: Random;
  deadlineMs: number;
  signal: AbortSignal;
}

const NO_LOG = { info: () => undefined, warn: () => undefined, error: () => undefined };

/**
 * Connects, waits for version, accounts and clock, and leaves. Sends no order and asks for no market data.
 * @throws LegworkError connection/refused, connection/timeout, connection/client-id-in-use with what to do.
 */
export async function checkHealth(target: BrokerTarget, deps: HealthDeps): Promise<Health> {
  const gateway = createTwsGateway({
    ...{ clock: deps.clock, random: deps.random, log: NO_LOG, settings: DEFAULT_TWS_SETTINGS },
    contractCache: { read: () => undefined, write: () => undefined },
    orderIdStore: memoryOrderIds(),
  });
  let deadline: object | undefined;
  try {
    return await new Promise<Health>((resolve, reject) => {
      const fail = (code: 'refused' | 'timeout', message: string) => {
        reject(new LegworkError({ kind: 'connection', code, message }));
      };
      const seconds = deps.deadlineMs / 1000;
      deadline = deps.clock.setTimer(() => {
        const { problem } = gateway.connection.status();
        fail(
          'timeout',
          `No complete answer from ${target.host}:${target.port} within ${seconds} s. ${problem ?? ''}`.trim(),
        );
      }, deps.deadlineMs);
      deps.signal.addEventListener('abort', () => {
        fail('timeout', 'Interrupted.');
      });
      gateway.connection.onStatus((status) => {
        const health = healthOf(target, status, deps.clock);
        if (health !== undefined) resolve(health);
        else if (status.phase === 'offline' && status.problem !== undefined) fail('refused', status.problem);
      });
      gateway.connection.connect(target);
    });
  } finally {
    if (deadline !== undefined) deps.clock.clearTimer(deadline);
    await gateway.close();
  }
}

/** Undefined until everything is known. */
function healthOf(target: BrokerTarget, status: LinkStatus, clock: Clock): Health | undefined {
  const { serverVersion, accounts, mode, clockSkewMs, latencyMs } = status;
  if (serverVersion === undefined || mode === undefined || clockSkewMs === undefined) return undefined;
  const serverTime = new Date(clock.now() + clockSkewMs).toISOString();
  return { target, serverVersion, accounts, mode, serverTime, clockSkewMs, latencyMs: latencyMs ?? 0 };
}
