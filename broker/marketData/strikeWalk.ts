import type { OptionContract } from '../../scanner/domain/option.ts';
import { canPass, estimatedAbsDelta, typicalVol, type StrikeWindow } from './strikeSelection.ts';

/** What the broker's model said of a strike; undefined where it has no Greeks. */
export interface Measured {
  absDelta: number | undefined;
  iv: number | undefined;
}

/** Strikes asked ahead on each side, so that a walk does not wait for every single answer. */
const AHEAD = 2;
/** A model's delta moves a little while the walk is under way. */
const TOLERANCE = 0.01;
const STRIKE_EPSILON = 1e-9;

/**
 * Finds the strikes of one expiry and right whose delta lies inside a window, and their partners, with as few lines as
 * can be: it starts where the estimate puts the middle of the window and walks outwards until measured deltas say that
 * nothing further out can pass (|delta| is monotone in the strike). Without Greeks it takes all that could pass under
 * any plausible vol. Ask `next` after each `settle`.
 */
export class StrikeWalk {
  readonly #contracts: readonly OptionContract[];
  readonly #window: StrikeWindow;
  /** +1 where |delta| grows with the strike (puts), -1 where it falls. */
  readonly #slope: 1 | -1;
  readonly #asked = new Set<number>();
  readonly #measured = new Map<number, Measured>();
  #vol: number;
  #blind = false;

  /** @param contracts of one expiry and right. */
  constructor(contracts: readonly OptionContract[], window: StrikeWindow) {
    this.#contracts = [...contracts].sort((a, b) => a.strike - b.strike);
    this.#window = window;
    this.#slope = this.#contracts[0]?.right === 'C' ? -1 : 1;
    this.#vol = typicalVol(window);
  }

  /** True when everything that was asked has settled and nothing more is needed. */
  get done(): boolean {
    return this.#asked.size === this.#measured.size && this.#wanted().length === 0;
  }

  /** Contracts to quote now; empty while answers are awaited, or at the end. */
  next(): OptionContract[] {
    const wanted = this.#wanted();
    for (const index of wanted) this.#asked.add(index);
    return wanted.flatMap((index) => this.#contracts[index] ?? []);
  }

  /** A contract of `next` has been quoted, or given up. */
  settle(contract: OptionContract, measured: Measured): void {
    const index = this.#contracts.findIndex(({ strike }) => strike === contract.strike);
    if (index < 0) return;
    this.#asked.add(index);
    this.#measured.set(index, measured);
    // Far strikes often have no Greeks; a plausible one without says that there are none to walk by.
    if (measured.absDelta === undefined) this.#blind ||= canPass(contract, this.#window);
    else if (measured.iv !== undefined && measured.iv > 0) this.#vol = measured.iv;
  }

  #wanted(): number[] {
    const waiting = this.#asked.size - this.#measured.size;
    const walk = this.#blind ? this.#plausible() : this.#steps(waiting);
    if (walk.length > 0 || waiting > 0) return walk;
    return this.#partners();
  }

  /** The next strikes outwards on both sides; the first one where the estimate puts the middle of the window. */
  #steps(waiting: number): number[] {
    const inside = this.#inside();
    if (inside.length === 0) {
      // Still seeking: one at a time, each with the vol that the last one taught.
      const middle = this.#middle();
      return waiting > 0 || middle === undefined ? [] : [middle];
    }
    const outwards = (from: number, step: 1 | -1): number[] => {
      const found: number[] = [];
      for (let index = from; this.#contracts[index] && found.length < AHEAD; index += step) {
        const measured = this.#measured.get(index);
        if (this.#ruledOut(index) || (measured && measured.absDelta === undefined)) break;
        if (!measured) found.push(index);
      }
      return found;
    };
    const steps = [...outwards(inside[0] ?? 0, -1), ...outwards(inside.at(-1) ?? 0, 1)];
    return [...new Set(steps)].filter((index) => !this.#asked.has(index));
  }

  /** The strike, not measured and not ruled out, whose estimated |delta| is nearest to the middle of the window. */
  #middle(): number | undefined {
    const { min, max } = this.#window.absDelta;
    const distance = (index: number): number => {
      const contract = this.#contracts[index];
      return contract ? Math.abs(estimatedAbsDelta(contract, this.#window, this.#vol) - (min + max) / 2) : Infinity;
    };
    let best: number | undefined;
    for (const index of this.#contracts.keys()) {
      if (this.#asked.has(index) || this.#ruledOut(index)) continue;
      if (best === undefined || distance(index) < distance(best)) best = index;
    }
    return best;
  }

  /** Without Greeks: all that some plausible vol puts into the window. */
  #plausible(): number[] {
    return [...this.#contracts.keys()].filter((index) => {
      const contract = this.#contracts[index];
      return contract && !this.#asked.has(index) && !this.#ruledOut(index) && canPass(contract, this.#window);
    });
  }

  /** Strikes beside those inside the window that a spread may reach. */
  #partners(): number[] {
    const { lower, higher } = this.#window.reach;
    const inside = this.#inside().flatMap((index) => this.#contracts[index]?.strike ?? []);
    const [lowest] = inside;
    const highest = inside.at(-1);
    if (lowest === undefined || highest === undefined) return [];
    return [...this.#contracts.keys()].filter((index) => {
      const strike = this.#contracts[index]?.strike ?? NaN;
      const reached = strike >= lowest - lower - STRIKE_EPSILON && strike <= highest + higher + STRIKE_EPSILON;
      return reached && !this.#asked.has(index);
    });
  }

  /** Indices inside the window, as measured; while walking blind also those that could be. */
  #inside(): number[] {
    const { min, max } = this.#window.absDelta;
    return [...this.#contracts.keys()].filter((index) => {
      const measured = this.#measured.get(index);
      const contract = this.#contracts[index];
      if (!measured || !contract) return false;
      const { absDelta } = measured;
      if (absDelta === undefined) return canPass(contract, this.#window);
      return absDelta >= min - TOLERANCE && absDelta <= max + TOLERANCE;
    });
  }

  /** True when a measured strike proves that this one lies outside: |delta| is monotone. */
  #ruledOut(index: number): boolean {
    const { min, max } = this.#window.absDelta;
    for (const [at, { absDelta }] of this.#measured) {
      if (absDelta === undefined) continue;
      const further = Math.sign(index - at) * this.#slope;
      if (absDelta > max + TOLERANCE && further >= 0) return true;
      if (absDelta < min - TOLERANCE && further <= 0) return true;
    }
    return false;
  }
}
