import { chainGeneration, type Chain } from '../../../scanner/chain/chain.ts';
import type { Profile } from '../../../scanner/domain/profile.ts';
import type { ScanPool } from '../../../scanner/pool/scanPool.ts';
import type { ScanResult } from '../../../scanner/scan/scanRequest.ts';
import type { ChainFeed } from './chainFeed.ts';
import type { UnderlyingFacts } from './underlyingFacts.ts';

/** A filter that is dragged for longer than this wants prices of now. */
const SAME_INSTANT_MS = 30_000;

export interface ValuedScanDeps {
  feed: ChainFeed;
  facts: UnderlyingFacts;
  pool: ScanPool;
  /** New York time as the broker says it, ms since 1970. */
  nowMs: () => number;
  /** Continuous, per year. */
  rate: () => number;
}

export interface ScanQuestion {
  profile: Profile;
  /** Only the profile has changed: quotes that have not are valued at the same instant again. */
  refined: boolean;
  withHistograms: boolean;
}

/** The quotes as they were valued last. */
interface Valued {
  chain: Chain;
  generation: number;
  nowMs: number;
  /** Which model values are up to date. */
  model: string | undefined;
}

/**
 * Values the chain and scans it. While a person moves a slider over quotes that stand still, the instant of the
 * valuation stays, so that a worker filters what it has prepared already and no model value is computed twice.
 */
export class ValuedScan {
  readonly #deps: ValuedScanDeps;
  #valued: Valued | undefined;

  constructor(deps: ValuedScanDeps) {
    this.#deps = deps;
  }

  /** @throws ScanCancelled on abort. */
  async run({ profile, refined, withHistograms }: ScanQuestion, signal: AbortSignal): Promise<ScanResult> {
    const { pool, feed, facts } = this.#deps;
    const rate = this.#deps.rate();
    const chain = feed.chain();
    const known = refined ? this.#stillValued(chain) : undefined;
    const nowMs = known?.nowMs ?? this.#deps.nowMs();
    const { symbols, dte } = profile;
    const model = profile.greeks === 'model' ? JSON.stringify([symbols, dte, rate]) : known?.model;
    if (profile.greeks === 'model' && known?.model !== model) {
      await pool.computeModel({ chain, nowMs, rate, symbols, dte }, signal);
    }
    this.#valued = { chain, generation: chainGeneration(chain), nowMs, model };
    return pool.scan({ chain, profile, nowMs, rate, facts: facts.all(symbols), withHistograms }, signal);
  }

  #stillValued(chain: Chain): Valued | undefined {
    const valued = this.#valued;
    if (valued?.chain !== chain || valued.generation !== chainGeneration(chain)) return undefined;
    return this.#deps.nowMs() - valued.nowMs < SAME_INSTANT_MS ? valued : undefined;
  }
}
