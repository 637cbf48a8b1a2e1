import { createTwsGateway, DEFAULT_TWS_SETTINGS } from '../../broker/tws/twsGateway.ts';
import { memoryOrderIds } from '../../broker/tws/orderIds.ts';
import type { BrokerGateway, ChainRequest, QuoteSink } from '../../broker/gateway.ts';
import { watchLoop } from '../../broker/simulator/loopWatch.ts';
import { startSimulator, type RunningSimulator } from '../../broker/simulator/server.ts';
import type { OptionInstrument } from '../../broker/simulator/core/instrument.ts';
import { calendarDays, newYorkDate } from '../../scanner/domain/calendar.ts';
import { realClock as clock } from '../../electron/hosts/realClock.ts';
import type { BenchLine, BenchOptions } from './benchLine.ts';

const NAMES =
  'SPY QQQ IWM DIA TLT GLD XLF XLE SMH AAPL MSFT NVDA AMZN META GOOGL TSLA AMD NFLX AVGO JPM BAC WFC GS V MA ' +
  'UNH JNJ PFE LLY XOM CVX KO PEP WMT COST HD MCD DIS BA CAT GE INTC MU CSCO ORCL CRM ADBE QCOM XBI EEM VZ NKE';
const WINDOW = { min: 0.2, max: 0.3 };
const WIDTH = 5;

/**
 * The scan that G8 is measured with: bull puts of 50 names, 30 to 45 days, short delta 0.20 to 0.30, at most 5 wide.
 * Wider profiles take longer in proportion: every contract costs two of the 45 messages a second.
 */
function request(symbols: string[]): ChainRequest {
  return {
    symbols,
    dte: { min: 30, max: 45 },
    absDelta: WINDOW,
    rights: ['P'],
    maxWidth: WIDTH,
    partnerSide: { P: 'lower' },
  };
}

interface Pass {
  firstRowMs: number;
  fullPassMs: number;
  messages: number;
  breaches: number[];
  loaded: Set<number>;
  mostLines: number;
}

/** G8: a 50-name scan through the simulator at 45 messages/s and 90 lines, with an empty contract cache. */
export async function lines({ wants }: BenchOptions): Promise<BenchLine[]> {
  if (!['G8a', 'G8b', 'G8c', 'G8d', 'G8e'].some(wants)) return [];
  const loop = watchLoop(clock);
  const sim = await startSimulator({
    ...{ port: 0, seed: 2026, clock, hours: 'always' },
    loopTurnedAt: loop.turnedAt,
  });
  const gateway = createTwsGateway({
    ...{ clock, random: Math.random, settings: DEFAULT_TWS_SETTINGS, orderIdStore: memoryOrderIds() },
    contractCache: { read: () => undefined, write: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: console.error },
  });
  try {
    await connect(gateway, sim.port);
    const symbols = NAMES.split(' ')
      .filter((symbol) => sim.core.contracts.underlying(symbol))
      .slice(0, 50);
    const pass = await measure(gateway, symbols);
    return report(pass, symbols, sim);
  } finally {
    await gateway.close();
    await sim.close();
    loop.stop();
  }
}

function connect({ connection }: BrokerGateway, port: number): Promise<void> {
  return new Promise((resolve) => {
    connection.onStatus(({ phase }) => {
      if (phase === 'ready') resolve();
    });
    connection.connect({ host: '127.0.0.1', port, clientId: 1 });
  });
}

async function measure(gateway: BrokerGateway, symbols: string[]): Promise<Pass> {
  const pass: Pass = { firstRowMs: NaN, fullPassMs: NaN, messages: 0, breaches: [], loaded: new Set(), mostLines: 0 };
  gateway.connection.onNotice(({ code }) => {
    if ([100, 101, 162].includes(code)) pass.breaches.push(code);
  });
  gateway.connection.onStatus(({ linesUsed }) => {
    pass.mostLines = Math.max(pass.mostLines, linesUsed);
  });
  const startMs = clock.monotonic();
  const load = gateway.marketData.loadChains(request(symbols), rowWatch(pass, startMs), ({ messagesSent }) => {
    pass.messages = messagesSent;
  });
  await load.firstPass;
  pass.fullPassMs = clock.monotonic() - startMs;
  load.stop();
  return pass;
}

/** A row exists as soon as both legs of a spread that could pass are quoted. */
function rowWatch(pass: Pass, startMs: number): QuoteSink {
  const groupOf = new Map<number, string>();
  const quoted = new Map<string, number>();
  return {
    underlying: () => undefined,
    contracts: (contracts) => {
      for (const { conId = 0, symbol, root, expiry, right } of contracts)
        groupOf.set(conId, [symbol, root, expiry, right].join());
    },
    option: () => undefined,
    settled: (conId) => {
      pass.loaded.add(conId);
      const group = groupOf.get(conId) ?? '';
      quoted.set(group, (quoted.get(group) ?? 0) + 1);
      if (Number.isNaN(pass.firstRowMs) && quoted.get(group) === 2) pass.firstRowMs = clock.monotonic() - startMs;
    },
  };
}

/** Every listed contract of the names, from behind the simulator's wire. */
function fullChain(symbols: string[], { core }: RunningSimulator): OptionInstrument[] {
  return symbols.flatMap((symbol) =>
    core.contracts.find({ symbol, secType: 'OPT' }, core.today()).filter((found) => found.kind === 'option'),
  );
}

/** Spreads that pass delta and width on the whole chain, and how many of them the load has quoted. */
function recall(chain: readonly OptionInstrument[], sim: RunningSimulator, loaded: Set<number>): number {
  const nowMs = clock.now();
  const today = newYorkDate(nowMs);
  const puts = chain.filter(({ right, expiry }) => {
    const days = calendarDays(today, expiry);
    return right === 'P' && days >= 30 && days <= 45;
  });
  let passing = 0;
  let found = 0;
  for (const short of puts) {
    const { delta } = sim.core.market.model(short, nowMs);
    if (Math.abs(delta) < WINDOW.min || Math.abs(delta) > WINDOW.max) continue;
    for (const long of puts) {
      const width = short.strike - long.strike;
      if (long.root !== short.root || long.expiry !== short.expiry || width <= 0 || width > WIDTH) continue;
      passing++;
      if (loaded.has(short.conId) && loaded.has(long.conId)) found++;
    }
  }
  return (100 * found) / passing;
}

function report(pass: Pass, symbols: string[], sim: RunningSimulator): BenchLine[] {
  const chain = fullChain(symbols, sim);
  const lists = new Set(chain.map(({ root, expiry, right }) => [root.root, expiry, right].join())).size;
  const fullMessages = 2 * chain.length + lists;
  const ceiling = DEFAULT_TWS_SETTINGS.messageCeiling;
  const fullSeconds = fullMessages / ceiling;
  const peer = `bound: full-chain load, ${fullMessages} messages at ${ceiling}/s`;
  const seconds = { unit: 's', peer, peerValue: fullSeconds };
  const firstRow = pass.firstRowMs / 1000;
  const fullPass = pass.fullPassMs / 1000;
  const found = recall(chain, sim, pass.loaded);
  const name = `${symbols.length}-name bull-put scan, cold cache`;
  return [
    {
      id: 'G8a',
      name: `${name}: first row`,
      value: firstRow,
      ...seconds,
      ratio: firstRow / fullSeconds,
      goal: '< 3 s',
      met: firstRow < 3,
    },
    {
      id: 'G8b',
      name: `${name}: full pass`,
      value: fullPass,
      ...seconds,
      ratio: fullPass / fullSeconds,
      goal: '< 60 s',
      met: fullPass < 60,
    },
    {
      ...{
        id: 'G8c',
        name: `${name}: messages`,
        value: pass.messages,
        unit: 'messages',
        peer: 'full-chain load',
        peerValue: fullMessages,
      },
      ...{ ratio: pass.messages / fullMessages, goal: '<= 10 % of it', met: pass.messages <= 0.1 * fullMessages },
    },
    {
      ...{
        id: 'G8d',
        name: `${name}: survivors found`,
        value: found,
        unit: '%',
        peer: 'full-chain scan',
        peerValue: 100,
      },
      ...{ ratio: found / 100, goal: '>= 99 %', met: found >= 99 },
    },
    {
      ...{
        id: 'G8e',
        name: `${name}: errors 100, 101, 162`,
        value: pass.breaches.length,
        unit: 'errors',
        peer: 'none allowed',
        peerValue: 0,
      },
      ...{ ratio: null, goal: '0', met: pass.breaches.length === 0 },
    },
  ];
}
