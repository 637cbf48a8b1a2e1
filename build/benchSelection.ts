/** What `--only` names: `G5` also wants G5a and G5b, `G1` also `G1:numba`, `G1:numba` that one. */
export class Selection {
  readonly #wanted: readonly (readonly [goal: string, peer: string | undefined])[] | undefined;

  /** @param only ids with commas between; everything when undefined. */
  constructor(only: string | undefined) {
    this.#wanted = only
      ?.split(',')
      .map((id) => id.trim())
      .filter((id) => id !== '')
      .map((id) => partsOf(id));
  }

  /** The line itself was asked for. */
  has(id: string): boolean {
    const [goal, peer] = partsOf(id);
    return this.#some(goal, (wantedPeer) => wantedPeer === undefined || wantedPeer === peer);
  }

  /** The line was asked for, or one of its peers, which cannot be had without it. */
  needs(id: string): boolean {
    const [goal, peer] = partsOf(id);
    return peer === undefined ? this.#some(goal, () => true) : this.has(id);
  }

  #some(goal: string, isPeer: (wanted: string | undefined) => boolean): boolean {
    if (this.#wanted === undefined) return true;
    return this.#wanted.some(([wanted, peer]) => [goal, goal.replace(/[a-z]$/, '')].includes(wanted) && isPeer(peer));
  }
}

function partsOf(id: string): [goal: string, peer: string | undefined] {
  const [goal = '', peer] = id.split(':');
  return [goal, peer];
}
