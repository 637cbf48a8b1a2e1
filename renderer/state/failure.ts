import { failureOf } from '../../electron/contract/failure.ts';

/** What to tell a person about whatever was thrown. */
export function failureText(thrown: unknown): string {
  const lost = 'The link to Legwork was lost and is being rebuilt. Look at the state before you repeat this.';
  return failureOf(thrown)?.message ?? lost;
}
