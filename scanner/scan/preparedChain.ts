import { chainGeneration, readConsistently, type Chain, type ChainGroup } from '../chain/chain.ts';
import { exactVendor } from '../chain/columns.ts';
import { expiryKey, expiryMarkets, valuationMs, type ExpiryMarket } from '../chain/expiryMarket.ts';
import type { Source } from '../domain/spread.ts';
import { blackGreeks } from '../math/blackGreeks.ts';
import { blackPrice } from '../math/black.ts';
import { fitSmile, type Smile } from '../math/smile.ts';
import type { ScanSettings, UnderlyingFacts } from './scanRequest.ts';

/**
 * One group's quotes copied out of the shared chain at one instant, with what every filter needs per leg.
 * Arrays are Float64[n], ascending by strike; NaN is no value.
 */
export interface PreparedGroup {
  group: ChainGroup;
  /** Place among the prepared groups. */
  index: number;
  n: number;
  market: ExpiryMarket;
  facts: UnderlyingFacts;
  strike: Float64Array;
  bid: Float64Array;
  ask: Float64Array;
  mid: Float64Array;
  /** 1 where the leg has a positive ask and its bid is not above it. */
  isQuoted: Uint8Array;
  iv: Float64Array;
  delta: Float64Array;
  gamma: Float64Array;
  /** Per calendar day. */
  theta: Float64Array;
  /** Per vol point. */
  vega: Float64Array;
  openInterest: Float64Array;
  volume: Float64Array;
  /** (ask - bid) / mid as a fraction. */
  bidAskPercent: Float64Array;
  /** Expected payoff, undiscounted, at the leg's own vol: the `rnd` lens. */
  expectedPayoff: Float64Array;
  quotedAtS: Uint32Array;
  conId: Int32Array;
  smile: Smile;
  /** Of the expiry, both rights. */
  atmIv: number;
  source: Source;
}

/** A chain made ready for one source of Greeks; filtering it again with another profile costs no copying. */
export interface PreparedChain {
  chain: Chain;
  source: Source;
  settings: ScanSettings;
  groups: PreparedGroup[];
  /** Chain generation before anything was read. */
  generation: number;
  /** Valuation time, or the latest quote time among the chain's underlyings; ms since 1970. */
  asOfMs: number;
}

/**
 * Copies and prepares the groups of the named symbols (all when empty). Underlyings without a spot are left out.
 * `groups` narrows it to a part of the chain, for a worker's share.
 */
export function prepareChain(
  chain: Chain,
  settings: ScanSettings,
  {
    source,
    symbols = [],
    groups = chain.groups,
  }: { source: Source; symbols?: readonly string[]; groups?: readonly ChainGroup[] },
): PreparedChain {
  const generation = chainGeneration(chain);
  const wanted = groups.filter((group) => symbols.length === 0 || symbols.includes(group.symbol));
  const expiries = new Set(wanted.map(expiryKey));
  // Forward and at-the-money vol need both rights, even when a worker's share holds only one.
  const both = chain.groups.filter((group) => expiries.has(expiryKey(group)));
  const markets = expiryMarkets(chain, both, settings);
  const smiles = new Map(both.map((group) => [group, smileOf(chain, group, source)]));
  const prepared: PreparedGroup[] = [];
  for (const group of wanted) {
    const market = markets.get(expiryKey(group));
    const smile = smiles.get(group);
    if (!market || !smile) continue;
    const pair = both.filter((other) => expiryKey(other) === expiryKey(group)).map((other) => smiles.get(other));
    const atmIv = atTheMoneyVol(pair, market.spot);
    const facts = settings.facts[group.symbol] ?? {};
    prepared.push(prepareGroup(chain, { group, index: prepared.length, market, facts, smile, atmIv, source }));
  }
  const times = chain.symbols.map((symbol) => valuationMs(chain, symbol, settings)).filter(Number.isFinite);
  const asOfMs = settings.nowMs ?? Math.max(...times);
  return { chain, source, settings, groups: prepared, generation, asOfMs };
}

/** Mean of the calls' and the puts' vol at the spot, or the one that is known. */
function atTheMoneyVol(smiles: readonly (Smile | undefined)[], spot: number): number {
  const vols = smiles.map((smile) => smile?.volAt(spot) ?? NaN).filter((vol) => vol > 0);
  return vols.length === 0 ? NaN : vols.reduce((sum, vol) => sum + vol, 0) / vols.length;
}

function smileOf(chain: Chain, group: ChainGroup, source: Source): Smile {
  return readConsistently(chain.columns, () => {
    const rows = rowsOf(group);
    const strikes = Float64Array.from(chain.columns.strike.subarray(...rows));
    return fitSmile({ strikes, vols: copyIv(chain, group, source) });
  });
}

function rowsOf(group: ChainGroup): [number, number] {
  return [group.firstRow, group.firstRow + group.rowCount];
}

function copyIv({ columns }: Chain, group: ChainGroup, source: Source): Float64Array {
  return source === 'model'
    ? Float64Array.from(columns.modelIv.subarray(...rowsOf(group)))
    : Float64Array.from(columns.vendorIv.subarray(...rowsOf(group)), vendorValue);
}

/** A vendor's 0 is its way to say that it has none. */
function vendorValue(value: number): number {
  return value === 0 ? NaN : exactVendor(value);
}

type GroupFrame = Pick<PreparedGroup, 'group' | 'index' | 'market' | 'facts' | 'smile' | 'atmIv' | 'source'>;

function prepareGroup(chain: Chain, frame: GroupFrame): PreparedGroup {
  const { group, source } = frame;
  const prepared = readConsistently(chain.columns, () => copyGroup(chain, frame));
  for (let i = 0; i < prepared.n; i++) {
    const bid = prepared.bid[i] ?? NaN;
    const ask = prepared.ask[i] ?? NaN;
    const mid = (bid + ask) / 2;
    prepared.mid[i] = mid;
    prepared.isQuoted[i] = ask > 0 && bid >= 0 && bid <= ask ? 1 : 0;
    prepared.bidAskPercent[i] = mid > 0 ? (ask - bid) / mid : NaN;
  }
  addExpectedPayoffs(prepared);
  if (source === 'vendor') addMissingVendorGreeks(prepared, group);
  return prepared;
}

function copyGroup({ columns }: Chain, frame: GroupFrame): PreparedGroup {
  const rows = rowsOf(frame.group);
  const n = frame.group.rowCount;
  const vendor = (column: Float32Array): Float64Array => Float64Array.from(column.subarray(...rows), vendorValue);
  const model = (column: Float32Array): Float64Array => Float64Array.from(column.subarray(...rows));
  const [greek, prefix] = frame.source === 'model' ? [model, 'model' as const] : [vendor, 'vendor' as const];
  return {
    ...frame,
    n,
    strike: columns.strike.slice(...rows),
    bid: columns.bid.slice(...rows),
    ask: columns.ask.slice(...rows),
    mid: new Float64Array(n),
    isQuoted: new Uint8Array(n),
    iv: greek(columns[`${prefix}Iv`]),
    delta: greek(columns[`${prefix}Delta`]),
    gamma: greek(columns[`${prefix}Gamma`]),
    theta: greek(columns[`${prefix}Theta`]),
    vega: greek(columns[`${prefix}Vega`]),
    openInterest: model(columns.openInterest),
    volume: model(columns.volume),
    bidAskPercent: new Float64Array(n),
    expectedPayoff: new Float64Array(n).fill(NaN),
    quotedAtS: columns.quotedAtS.slice(...rows),
    conId: columns.conId.slice(...rows),
  };
}

function addExpectedPayoffs(prepared: PreparedGroup): void {
  const { forward, years } = prepared.market;
  for (let i = 0; i < prepared.n; i++) {
    const vol = prepared.iv[i] ?? NaN;
    const strike = prepared.strike[i] ?? NaN;
    if (!(vol > 0)) continue;
    const stdDev = vol * Math.sqrt(years);
    prepared.expectedPayoff[i] = blackPrice({ right: prepared.group.right, forward, strike, stdDev, discount: 1 });
  }
}

/** Quote files carry no theta and vega: Black's at the vendor's own vol stand in where it gave a vol. */
function addMissingVendorGreeks(prepared: PreparedGroup, group: ChainGroup): void {
  const { spot, forward, years, discount } = prepared.market;
  if (!(years > 0)) return;
  for (let i = 0; i < prepared.n; i++) {
    const vol = prepared.iv[i] ?? NaN;
    const strike = prepared.strike[i] ?? NaN;
    const isComplete = !Number.isNaN((prepared.theta[i] ?? NaN) + (prepared.vega[i] ?? NaN));
    if (!(vol > 0) || isComplete) continue;
    const greeks = blackGreeks({ right: group.right, spot, forward, strike, years, vol, discount });
    if (Number.isNaN(prepared.theta[i])) prepared.theta[i] = greeks.theta;
    if (Number.isNaN(prepared.vega[i])) prepared.vega[i] = greeks.vega;
  }
}
