import type { ChainProgress } from '../../../broker/gateway.ts';
import { LegworkError, toAppError } from '../../../scanner/domain/errors.ts';
import type { Profile } from '../../../scanner/domain/profile.ts';
import type { RankedSpread, ScanSummary } from '../../../scanner/domain/spread.ts';
import { ScanCancelled } from '../../../scanner/scan/cancellation.ts';
import type { ScanResult } from '../../../scanner/scan/scanRequest.ts';
import type { Clock } from '../../../scanner/domain/clock.ts';
import type { LoadProgress, ScanHead } from '../../contract/scan.ts';
import type { DeskLog } from '../desk/deskLog.ts';
import { Throttle } from '../desk/throttle.ts';
import type { KeyedStream } from '../streams/keyedStream.ts';
import { chainRequest, covers } from './chainRequest.ts';
import { isComplete } from './completeRow.ts';
import { filtersByIv, loadProgress, NO_LOAD, startedLoad, withIvHistory } from './loadProgress.ts';
import type { ChainLoads, LoadShare } from './loads.ts';
import { ScanNews } from './scanNews.ts';
import type { RecentSpreads } from './recentSpreads.ts';
import { rowChanges } from './rowChanges.ts';
import { scanNow, type ScanNowDeps } from './scanNow.ts';

/** Quotes move all the time; a person reads a table two or three times a second. */
const RESCAN_MS = 400;
/** Histograms and the hint change slowly, and cost as much as a scan. */
const HISTOGRAMS_EVERY = 4;

export interface LiveScanDeps extends ScanNowDeps {
  clock: Clock;
  log: DeskLog;
  loads: ChainLoads;
  /** Why nothing can be loaded now, in plain words; undefined while connected. */
  offline: () => string | undefined;
  /** Rows as the window holds them, for tickets and analysis. */
  recent: RecentSpreads;
}

/**
 * One window's scan: loads what its profile can use, scans again while quotes move, and tells its stream what has
 * changed. All computing is done by the pool.
 */
export class LiveScan {
  readonly #deps: LiveScanDeps;
  readonly #stream: KeyedStream<RankedSpread, ScanHead>;
  readonly #throttle: Throttle;
  readonly #news: ScanNews;
  readonly #stopQuotes: () => void;
  #profile: Profile;
  #symbols = new Set<string>();
  #share: LoadShare | undefined;
  #paused = false;
  #closed = false;
  /** What is being computed now; aborted when the question changes. */
  #computing: AbortController | undefined;
  /** Counts requests to scan, so that one that comes during a scan is not lost. */
  #asked = 0;
  #newQuestion = true;
  #scans = 0;
  #shown: ReadonlyMap<string, RankedSpread> = new Map();
  #summary: ScanSummary | undefined;
  #histograms: ScanHead['histograms'] = [];
  #hint: ScanHead['hint'];
  #progress: LoadProgress = NO_LOAD;
  #problem: string | undefined;

  constructor(profile: Profile, stream: KeyedStream<RankedSpread, ScanHead>, deps: LiveScanDeps) {
    this.#deps = deps;
    this.#stream = stream;
    this.#profile = profile;
    this.#news = new ScanNews(deps.clock, deps.log);
    this.#throttle = new Throttle(deps.clock, RESCAN_MS, () => void this.#scan());
    this.#stopQuotes = deps.feed.onQuote((symbol) => {
      if (this.#symbols.has(symbol)) this.#throttle.request();
    });
    this.#ask();
  }

  get profile(): Profile {
    return this.#profile;
  }

  /** Filters again at once from the quotes that are there; loads only what was not loaded. */
  refine(profile: Profile): void {
    this.#profile = profile;
    this.#computing?.abort();
    this.#ask();
  }

  pause(paused: boolean): void {
    this.#paused = paused;
    this.#share?.pause(paused);
    this.#progress = { ...this.#progress, paused };
    this.#publishHead();
    if (!paused) this.#throttle.request();
  }

  /** The connection is there, or is gone. A load waits for it by itself. */
  linkChanged(): void {
    this.#publishHead();
  }

  /** Another market: nothing that was loaded means anything now. */
  marketChanged(): void {
    this.#computing?.abort();
    this.#share?.release();
    this.#share = undefined;
    this.#summary = undefined;
    this.#histograms = [];
    this.#hint = undefined;
    this.#newQuestion = true;
    this.#publishRows([]);
    this.#ask();
  }

  /** Something besides quotes is known better, for instance an IV history. */
  factsChanged(symbol: string): void {
    if (this.#symbols.has(symbol)) this.#throttle.request();
  }

  close(): void {
    this.#closed = true;
    this.#computing?.abort();
    this.#throttle.stop();
    this.#stopQuotes();
    this.#share?.release();
    this.#deps.recent.close(this);
  }

  #ask(): void {
    this.#newQuestion = true;
    this.#symbols = new Set(this.#profile.symbols);
    this.#news.restart();
    this.#load();
    this.#deps.facts.want(this.#profile.symbols);
    this.#publishHead();
    if (this.#profile.symbols.length === 0) this.#publishRows([]);
    else void this.#scan();
  }

  #load(): void {
    const wanted = chainRequest(this.#profile);
    if (this.#share !== undefined && covers(this.#share.request, wanted)) return;
    this.#share?.release();
    this.#share = undefined;
    this.#progress = startedLoad(wanted.symbols.length, this.#paused);
    if (wanted.symbols.length === 0) return;
    this.#share = this.#deps.loads.open(wanted, (reports, latest) => {
      this.#onProgress(reports, latest);
    });
    if (this.#paused) this.#share.pause(true);
  }

  #onProgress(reports: readonly ChainProgress[], latest: ChainProgress): void {
    if (this.#closed) return;
    this.#progress = loadProgress(reports, latest, this.#paused);
    this.#throttle.request();
  }

  /** One scan at a time; what comes meanwhile makes one more. */
  async #scan(): Promise<void> {
    if (this.#computing !== undefined) {
      this.#asked += 1;
      return;
    }
    // To the scan itself an empty list of symbols means all of them.
    if (this.#closed || this.#profile.symbols.length === 0 || (this.#paused && !this.#newQuestion)) return;
    const computing = new AbortController();
    this.#computing = computing;
    const asked = this.#asked;
    const profile = this.#profile;
    try {
      const withHistograms = this.#newQuestion || this.#scans % HISTOGRAMS_EVERY === 0;
      const result = await scanNow({ profile, withHistograms }, this.#deps, computing.signal);
      if (!isAborted(computing.signal)) this.#publish(result, profile);
    } catch (thrown) {
      if (!(thrown instanceof ScanCancelled)) this.#failed(thrown);
    }
    this.#computing = undefined;
    if (isAborted(computing.signal)) void this.#scan();
    else if (this.#asked !== asked) this.#throttle.request();
  }

  #publish(result: ScanResult, profile: Profile): void {
    this.#scans += 1;
    this.#problem = undefined;
    this.#summary = result.summary;
    if (result.histograms.length > 0) {
      this.#histograms = result.histograms;
      this.#hint = result.hint;
    }
    const rows = result.rows.filter(isComplete);
    this.#publishRows(rows);
    this.#publishHead();
    this.#deps.recent.show(this, this.#shown, profile);
    const complete = this.#share !== undefined && !this.#told().running;
    this.#news.tell({ name: profile.name, rows, summary: result.summary, complete });
    this.#news.tellIncomplete(profile.name, result.rows.length - rows.length);
  }

  #publishRows(rows: readonly RankedSpread[]): void {
    if (this.#newQuestion) {
      this.#newQuestion = false;
      this.#shown = new Map();
      this.#stream.restart();
    }
    const { upserts, removes, shown } = rowChanges(this.#shown, rows);
    for (const row of upserts) this.#stream.upsert(row.id, row);
    for (const id of removes) this.#stream.remove(id);
    this.#shown = shown;
  }

  #publishHead(): void {
    const noSymbols = this.#profile.symbols.length === 0 ? 'Add a symbol to scan.' : undefined;
    this.#stream.setHead({
      summary: this.#summary,
      histograms: this.#histograms,
      progress: this.#told(),
      hint: this.#hint,
      problem: noSymbols ?? this.#deps.offline() ?? this.#problem,
    });
  }

  /** The load and, where it matters, the IV histories that are still to come. */
  #told(): LoadProgress {
    const { symbols } = this.#profile;
    const loading = this.#deps.facts.loading(symbols);
    return withIvHistory(this.#progress, { loading, of: symbols.length, isFilter: filtersByIv(this.#profile) });
  }

  #failed(thrown: unknown): void {
    if (this.#closed) return;
    const { message } = toAppError(thrown);
    if (!(thrown instanceof LegworkError)) this.#deps.log.error(`The scan of ${this.#profile.name} failed: ${message}`);
    this.#problem = message;
    this.#publishHead();
  }
}

/** Asked anew each time: the compiler takes an abort during an await for impossible. */
function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}
