/** One look at a process: what it holds, in bytes, `atMs` after the start. */
export interface MemorySample {
  atMs: number;
  /** Resident, all threads. */
  rss: number;
  /** Of the main thread, with what is not collected yet. */
  heap: number;
  /** What V8 knows to lie outside its heap, array buffers included. */
  external: number;
}

export type MemoryMeasure = 'rss' | 'heap' | 'external';

/** A straight line through one measure. */
export interface Drift {
  /** Fitted growth. NaN for fewer than two windows. */
  bytesPerHour: number;
  /** Its standard error, taking windows as independent. NaN for fewer than three. */
  error: number;
  /** Fitted value at the start of the fit, bytes. */
  level: number;
}

const MS_PER_HOUR = 3_600_000;
/** Between two collections memory goes up by itself; the least of each window is what is really held. */
const WINDOW_MS = 60_000;

/**
 * Least-squares line through the least value of each minute.
 * @param samples In the order of time; what lies before `fromMs` is warm-up.
 */
export function drift(samples: readonly MemorySample[], measure: MemoryMeasure, fromMs: number): Drift {
  const least = new Map<number, number>();
  for (const sample of samples) {
    if (sample.atMs < fromMs) continue;
    const window = Math.floor((sample.atMs - fromMs) / WINDOW_MS);
    least.set(window, Math.min(least.get(window) ?? Infinity, sample[measure]));
  }
  const points = [...least].map(([window, bytes]) => ({ hours: ((window + 0.5) * WINDOW_MS) / MS_PER_HOUR, bytes }));
  const count = points.length;
  const meanHours = points.reduce((sum, { hours }) => sum + hours, 0) / count;
  const meanBytes = points.reduce((sum, { bytes }) => sum + bytes, 0) / count;
  const spread = points.reduce((sum, { hours }) => sum + (hours - meanHours) ** 2, 0);
  const slope = points.reduce((sum, { hours, bytes }) => sum + (hours - meanHours) * (bytes - meanBytes), 0) / spread;
  const level = meanBytes - slope * meanHours;
  const residual = points.reduce((sum, { hours, bytes }) => sum + (bytes - level - slope * hours) ** 2, 0);
  const error = count < 3 ? NaN : Math.sqrt(residual / (count - 2) / spread);
  return { bytesPerHour: slope, error, level };
}
