import type { Mode } from '../state/statusStore.svelte.ts';

/** What the send button says: it wears the mode, so that nobody sends to the wrong place. */
export function sendWords(mode: Mode, closing: boolean): string {
  const verb = closing ? 'Close' : 'Send';
  if (mode === 'live') return `${verb} LIVE`;
  const where = mode === 'paper' ? 'paper' : 'simulator';
  return closing ? `${verb} on ${where}` : `${verb} to ${where}`;
}
