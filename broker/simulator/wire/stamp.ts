import { Temporal } from 'temporal-polyfill';

/** `20231020 09:31:05 US/Eastern`, as TWS stamps executions and intraday bars. */
export function newYorkStamp(ms: number): string {
  const at = Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO('America/New_York');
  const two = (n: number): string => String(n).padStart(2, '0');
  const date = `${at.year}${two(at.month)}${two(at.day)}`;
  return `${date} ${two(at.hour)}:${two(at.minute)}:${two(at.second)} US/Eastern`;
}

/** `20231020 09:31:05 EST`, as the handshake tells its connection time. */
export function connectionStamp(ms: number): string {
  return newYorkStamp(ms).replace('US/Eastern', 'EST');
}
