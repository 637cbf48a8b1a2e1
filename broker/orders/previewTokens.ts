import type { Clock } from '../../scanner/domain/clock.ts';
import { LegworkError } from '../../scanner/domain/errors.ts';

/** How long a preview may be sent. */
export const PREVIEW_LIFE_MS = 30_000;

/**
 * What was previewed, under a token that can be spent once and lives 30 seconds by a clock that cannot be set.
 * Taking a token spends it, whatever comes of it.
 */
export class PreviewTokens<T> {
  readonly #clock: Clock;
  readonly #previews = new Map<string, { value: T; untilMonotonic: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(token: string, value: T): void {
    this.#forgetOld();
    this.#previews.set(token, { value, untilMonotonic: this.#clock.monotonic() + PREVIEW_LIFE_MS });
  }

  /** @throws LegworkError order/preview-expired for a token that is spent, too old, or never was. */
  take(token: string): T {
    this.#forgetOld();
    const found = this.#previews.get(token);
    this.#previews.delete(token);
    if (found !== undefined) return found.value;
    throw new LegworkError({
      kind: 'order',
      code: 'preview-expired',
      message: `This preview was used already or is older than ${PREVIEW_LIFE_MS / 1000} s. Nothing was sent. Preview again.`,
    });
  }

  clear(): void {
    this.#previews.clear();
  }

  #forgetOld(): void {
    const now = this.#clock.monotonic();
    for (const [token, { untilMonotonic }] of this.#previews) {
      if (untilMonotonic <= now) this.#previews.delete(token);
    }
  }
}
