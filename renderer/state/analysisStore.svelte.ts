import type { Analysis } from '../../electron/contract/scan.ts';

/** The chosen spread and what the analysis panel draws of it. */
export class AnalysisStore {
  chosenId = $state<string | undefined>(undefined);
  analysis = $state.raw<Analysis | undefined>(undefined);
  problem = $state<string | undefined>(undefined);
  /** Part of the life that has passed at the chosen date: 0 today, 1 expiry. */
  datePart = $state(0.5);
  /** Added to both vols, as a fraction: 0.05 is five points. */
  ivShift = $state(0);

  choose(id: string | undefined): void {
    if (id === this.chosenId) return;
    this.chosenId = id;
    this.analysis = undefined;
    this.problem = undefined;
    this.datePart = 0.5;
    this.ivShift = 0;
  }

  /** An answer counts only while its spread is still the chosen one. */
  receive(id: string, analysis: Analysis): void {
    if (id !== this.chosenId) return;
    this.analysis = analysis;
    this.problem = undefined;
  }

  fail(id: string, text: string): void {
    if (id === this.chosenId) this.problem = text;
  }
}
