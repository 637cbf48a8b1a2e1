/** Slots per contract, so that most look-ups end at the first slot. */
const SPARE = 2;

/**
 * Finds the row of a contract id: an open-addressing table of row numbers, whose keys are the chain's own `conId`
 * column. 8 to 16 bytes per contract, where a Map takes 40.
 */
export class ContractRows {
  /** Int32[power of two]: row + 1, 0 for an empty slot. */
  #slots = new Int32Array(64);
  #count = 0;

  /** @returns the row; -1 when there is none. `conIds` is the chain's column. */
  rowOf(conId: number, conIds: Int32Array): number {
    return (this.#slots[this.#find(conId, conIds)] ?? 0) - 1;
  }

  /** Puts a contract at a row whose `conId` is already written; one that was elsewhere moves. */
  set(conId: number, row: number, conIds: Int32Array): void {
    if ((this.#count + 1) * SPARE > this.#slots.length) this.#resize(this.#slots.length * 2, conIds);
    const slot = this.#find(conId, conIds);
    if (this.#slots[slot] === 0) this.#count++;
    this.#slots[slot] = row + 1;
  }

  /** Forgets every contract. */
  clear(): void {
    this.#slots.fill(0);
    this.#count = 0;
  }

  /** The slot that holds this contract, or the empty one where it would go. */
  #find(conId: number, conIds: Int32Array): number {
    const mask = this.#slots.length - 1;
    // Fibonacci hashing: ids of one chain lie close together and must not.
    let slot = (Math.imul(conId, 0x9e3779b1) >>> 7) & mask;
    for (;;) {
      const row = (this.#slots[slot] ?? 0) - 1;
      if (row < 0 || conIds[row] === conId) return slot;
      slot = (slot + 1) & mask;
    }
  }

  #resize(length: number, conIds: Int32Array): void {
    const old = this.#slots;
    this.#slots = new Int32Array(length);
    for (const entry of old) if (entry > 0) this.#slots[this.#find(conIds[entry - 1] ?? 0, conIds)] = entry;
  }
}
