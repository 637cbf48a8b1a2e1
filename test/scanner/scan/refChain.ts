/** A second reader of Cboe's files for the brute-force program; it shares nothing with the scanner's. */
export interface RefOption {
  root: string;
  expiry: string;
  right: string;
  strike: number;
  bid: number;
  ask: number;
  volume: number;
  openInterest: number;
  /** undefined where the vendor has 0 */
  iv: number | undefined;
  delta: number | undefined;
  gamma: number | undefined;
}

export interface RefChain {
  symbol: string;
  spot: number;
  /** ms since 1970 */
  asOf: number;
  options: RefOption[];
}

/** Splits one CSV line with quoted cells. */
function cellsOf(line: string): string[] {
  return [...line.matchAll(/("([^"]*)"|[^,]*)(,|$)/g)]
    .slice(0, -1)
    .map((m) => (m[2] ?? m[1] ?? '').trim())
    .concat(line.endsWith(',') ? [''] : []);
}

/** Offset of New York in hours: daylight time from the second Sunday of March to the first of November. */
export function newYorkOffset(date: string): number {
  const year = Number(date.slice(0, 4));
  const sunday = (month: number, nth: number): string => {
    const first = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
    const day = 1 + ((7 - first) % 7) + 7 * (nth - 1);
    return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  };
  return date >= sunday(3, 2) && date < sunday(11, 1) ? -4 : -5;
}

const unlessZero = (text: string | undefined): number | undefined => (Number(text) === 0 ? undefined : Number(text));

export function readRefChain(text: string, symbol: string): RefChain {
  const lines = text.split('\n').map((line) => line.replace('\r', ''));
  const spot = Number(/Last: ([\d.]+)/.exec(text)?.[1]);
  const [, month, hour, minute, half, zone] = /Date: (\w+ \d+, \d+) at (\d+):(\d+) (AM|PM) (EDT|EST)/.exec(text) ?? [];
  const asOf = Date.parse(
    `${month ?? ''} ${hour ?? ''}:${minute ?? ''} ${half ?? ''} ${zone === 'EDT' ? 'GMT-0400' : 'GMT-0500'}`,
  );
  const options: RefOption[] = [];
  const start = lines.findIndex((line) => line.startsWith('Expiration Date'));
  for (const line of lines.slice(start + 1)) {
    if (line === '') continue;
    const cell = cellsOf(line);
    for (const at of [1, 12]) {
      const name = cell[at] ?? '';
      const root = name.slice(0, -15);
      if (/\d$/.test(root)) continue;
      const side = cell.slice(at + 1, at + 10);
      const hasGreeks = Number(side[5]) !== 0 && Number(side[6]) !== 0;
      options.push({
        root,
        expiry: new Date(`${cell[0] ?? ''} UTC`).toISOString().slice(0, 10),
        right: name.slice(-9, -8),
        strike: Number((cell[11] ?? '').replace(',', '')),
        bid: Number(side[2]),
        ask: Number(side[3]),
        volume: Number(side[4]),
        iv: unlessZero(side[5]),
        delta: hasGreeks ? Number(side[6]) : undefined,
        gamma: hasGreeks ? Number(side[7]) : undefined,
        openInterest: Number(side[8]),
      });
    }
  }
  return { symbol, spot, asOf, options };
}
