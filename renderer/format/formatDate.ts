import type { IsoDate } from '../../scanner/domain/option.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'America/New_York',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `15 Sep`, and with the year when `withYear`: `15 Sep 2023`. */
export function formatExpiry(date: IsoDate, withYear = false): string {
  const [year, month, day] = date.split('-');
  const name = MONTHS[Number(month) - 1];
  if (year === undefined || name === undefined || day === undefined) return date;
  return withYear ? `${Number(day)} ${name} ${year}` : `${Number(day)} ${name}`;
}

/** New York wall-clock time, `15:41:04`. */
export function formatTime(epochMs: number | undefined): string {
  return epochMs === undefined ? '' : clock.format(epochMs);
}

/** How long, in words short enough for a strip: `4 s`, `12 min`, `3 h`. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 90) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
