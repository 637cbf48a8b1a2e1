import type { BrokerGateway, BrokerTarget, LinkStatus, Underlying } from '../../../broker/gateway.ts';
import type { Check } from '../../contract/desk.ts';
import type { Clock } from '../../../scanner/domain/clock.ts';

/** A TWS answers a client within a second or two; one that shows its "accept connection?" dialog takes longer. */
const DEADLINE_MS = 12_000;
const QUOTE_DEADLINE_MS = 8_000;
/** Beyond this, order times and quote ages mislead. */
const MAX_SKEW_MS = 2_000;

export interface CheckDeps {
  clock: Clock;
  /** True when something listens on host:port; the host owns sockets. */
  canConnect: (host: string, port: number) => Promise<boolean>;
  /** A gateway of its own, so that the current link is not touched. */
  newGateway: () => BrokerGateway;
}

const TITLES: Record<Check['id'], string> = {
  listening: 'TWS or IB Gateway is listening',
  handshake: 'The API answers',
  clientId: 'The client id is free',
  account: 'Account and mode',
  readOnly: 'Orders are allowed through the API',
  clock: 'The clocks agree',
  marketData: 'Market data flows',
};

const SETTINGS_PATH = 'In TWS: File > Global Configuration > API > Settings';

/** Tests each point of the connection checklist, in order; a point that cannot be reached stays `todo`. */
export async function checkConnection(target: BrokerTarget, deps: CheckDeps): Promise<Check[]> {
  const checks = new Map<Check['id'], Check>(
    Object.entries(TITLES).map(([id, title]) => {
      const known = id as Check['id'];
      return [known, { id: known, title, state: 'todo', found: '', advice: '' }];
    }),
  );
  const set: SetCheck = (id, state, ...[found, advice = '']) => {
    checks.set(id, { id, title: TITLES[id], state, found, advice });
  };
  const result = () => [...checks.values()];
  if (!(await deps.canConnect(target.host, target.port))) {
    set('listening', 'failed', `Nothing listens on ${target.host}:${target.port}.`, listeningAdvice(target));
    return result();
  }
  set('listening', 'passed', `${target.host}:${target.port} accepts connections.`);
  const gateway = deps.newGateway();
  try {
    const status = await settle(gateway, target, deps.clock);
    judgeLink(status, target, set);
    if (status.phase === 'ready' || status.phase === 'reconciling') await judgeQuotes(gateway, deps.clock, set);
  } finally {
    await gateway.close();
  }
  return result();
}

type SetCheck = (id: Check['id'], state: Check['state'], ...words: [found: string, advice?: string]) => void;

function listeningAdvice({ port }: BrokerTarget): string {
  return `Start TWS or IB Gateway and log in. ${SETTINGS_PATH}, tick "Enable ActiveX and Socket Clients" and set the socket port to ${port} (7497 is usual for paper, 7496 for live; Gateway 4002 and 4001).`;
}

/** Resolves when ready, when it cannot get ready by itself, or at the deadline; gives the last status. */
function settle(gateway: BrokerGateway, target: BrokerTarget, clock: Clock): Promise<LinkStatus> {
  return new Promise((resolve) => {
    const finish = () => {
      stop();
      clock.clearTimer(deadline);
      resolve(gateway.connection.status());
    };
    const deadline = clock.setTimer(finish, DEADLINE_MS);
    const stop = gateway.connection.onStatus((status) => {
      const skewKnown = status.phase === 'ready' && status.clockSkewMs !== undefined;
      if (skewKnown || (status.phase === 'offline' && status.problem !== undefined)) finish();
    });
    gateway.connection.connect(target);
  });
}

function judgeLink(status: LinkStatus, target: BrokerTarget, set: SetCheck): void {
  const problem = status.problem ?? 'No answer in time.';
  if (status.serverVersion === undefined && status.mode === undefined) {
    if (/client id/i.test(problem)) {
      set('handshake', 'passed', 'The API answered.');
      set(
        'clientId',
        'failed',
        problem,
        `Use another client id than ${target.clientId}, or close the program that uses it.`,
      );
      return;
    }
    set(
      'handshake',
      'failed',
      problem,
      `Look for a question on TWS's screen. ${SETTINGS_PATH}, add 127.0.0.1 to the trusted IPs.`,
    );
    return;
  }
  set(
    'handshake',
    'passed',
    status.serverVersion === undefined ? 'The API answered.' : `Server version ${status.serverVersion}.`,
  );
  if (status.mode === undefined) {
    set('clientId', 'failed', problem, `Use another client id than ${target.clientId}.`);
    return;
  }
  set('clientId', 'passed', `Client id ${target.clientId} is ours.`);
  judgeAccount(status, set);
  judgeClock(status.clockSkewMs, set);
}

function judgeAccount({ mode, accounts, readOnlyApi }: LinkStatus, set: SetCheck): void {
  const list = accounts.join(', ');
  if (mode === 'live') {
    set(
      'account',
      'warning',
      `LIVE account ${list}: real money.`,
      'Log in to paper trading to try things out. Live orders stay refused until you unlock the account.',
    );
  } else set('account', 'passed', `${mode === 'paper' ? 'Paper' : 'Simulated'} account ${list}.`);
  if (readOnlyApi) {
    set(
      'readOnly',
      'failed',
      'TWS says that its API is read-only.',
      `${SETTINGS_PATH}, clear "Read-Only API". Scanning works without it.`,
    );
  } else set('readOnly', 'passed', 'The API is not read-only.');
}

function judgeClock(skewMs: number | undefined, set: SetCheck): void {
  if (skewMs === undefined) return;
  const found = `The server's clock is ${Math.abs(skewMs)} ms ${skewMs < 0 ? 'behind' : 'ahead of'} this computer's.`;
  if (Math.abs(skewMs) <= MAX_SKEW_MS) set('clock', 'passed', found);
  else set('clock', 'warning', found, 'Turn on automatic time in the settings of this computer.');
}

async function judgeQuotes(gateway: BrokerGateway, clock: Clock, set: SetCheck): Promise<void> {
  const abort = new AbortController();
  const deadline = clock.setTimer(() => {
    abort.abort();
  }, QUOTE_DEADLINE_MS);
  try {
    const spy = await gateway.reference.underlying('SPY', abort.signal);
    const kind = await firstQuote(gateway, spy, abort.signal);
    if (kind === 'live') set('marketData', 'passed', 'SPY quotes are live.');
    else if (kind === undefined)
      set(
        'marketData',
        'failed',
        'No SPY quote came.',
        'Check the market data subscriptions of this account, and that no other session of it is using them.',
      );
    else
      set(
        'marketData',
        'warning',
        `SPY quotes are ${kind}.`,
        'Live quotes need a market data subscription that is shared with this account.',
      );
  } catch (error) {
    const found = error instanceof Error ? error.message : String(error);
    set('marketData', 'failed', found, 'Check the market data subscriptions of this account.');
  } finally {
    clock.clearTimer(deadline);
  }
}

type QuoteKind = 'live' | 'frozen' | 'delayed' | 'delayed-frozen';

/** The kind of the first real quote; undefined when none came before `signal` was aborted. */
function firstQuote(
  gateway: BrokerGateway,
  underlying: Underlying,
  signal: AbortSignal,
): Promise<QuoteKind | undefined> {
  return new Promise((resolve) => {
    let stop: () => void = () => undefined;
    const finish = (kind: QuoteKind | undefined) => {
      resolve(kind);
      stop();
    };
    stop = gateway.marketData.watchUnderlying(underlying, (quote, kind) => {
      if ((quote.last ?? quote.bid ?? quote.close) !== undefined) finish(kind);
    });
    signal.addEventListener('abort', () => finish(undefined));
  });
}
