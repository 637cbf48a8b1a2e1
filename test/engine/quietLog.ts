import type { EngineLog } from '../../electron/engine/log.ts';

/** Keeps what was logged for a test to look at. */
export function quietLog(): EngineLog & { lines: string[] } {
  const lines: string[] = [];
  const keep = (text: string) => {
    lines.push(text);
  };
  return { lines, info: keep, warn: keep, error: keep };
}
