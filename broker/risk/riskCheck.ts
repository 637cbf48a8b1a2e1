/** One finding of the gate. `stop` means that the order does not leave; `warn` is for a person to weigh. */
export interface RiskCheck {
  id: string;
  verdict: 'pass' | 'warn' | 'stop';
  /** What was found, against what, and for a stop what to do; in plain words. */
  text: string;
}

export function pass(id: string, text: string): RiskCheck {
  return { id, verdict: 'pass', text };
}

export function warn(id: string, text: string): RiskCheck {
  return { id, verdict: 'warn', text };
}

export function stop(id: string, text: string): RiskCheck {
  return { id, verdict: 'stop', text };
}

/** A stop for an order that adds risk, a warning for one that only reduces it. */
export function stopNewRisk(id: string, text: string, reduces: boolean): RiskCheck {
  return { id, verdict: reduces ? 'warn' : 'stop', text };
}

export function isStopped(checks: readonly RiskCheck[]): boolean {
  return checks.some(({ verdict }) => verdict === 'stop');
}

/** The reasons of a refusal, as one text. */
export function stopWords(checks: readonly RiskCheck[]): string {
  return checks
    .filter(({ verdict }) => verdict === 'stop')
    .map(({ text }) => text)
    .join(' ');
}
