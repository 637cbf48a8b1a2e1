const MINUS = '\u2212';
const FIGURE_SPACE = '\u2007';

export interface NumberFormat {
  /** Decimals always shown. */
  decimals?: number;
  /** Further decimals shown when they are not zero; options quote in half cents. */
  upTo?: number;
  /** Plus sign on what is above zero. */
  signed?: boolean;
  /** Multiplies first; 100 for fractions shown as percent. */
  scale?: number;
  suffix?: string;
  /** Fills missing optional decimals with figure spaces, so that decimal points stand under each other. */
  padded?: boolean;
}

/**
 * The one way a number becomes text, so that grid, form and log agree: U+2212 for minus, grouped thousands,
 * never a negative zero, blank for what is missing.
 */
export function formatNumber(value: number | undefined, format: NumberFormat = {}): string {
  if (value === undefined || !Number.isFinite(value)) return '';
  const { decimals = 2, upTo = decimals, signed = false, scale = 1, suffix = '', padded = false } = format;
  const scaled = value * scale;
  const [whole = '0', fraction = ''] = Math.abs(scaled).toFixed(upTo).split('.');
  let kept = fraction.length;
  while (kept > decimals && fraction[kept - 1] === '0') kept--;
  const tail = kept > 0 ? `.${fraction.slice(0, kept)}` : '';
  const body = whole.replace(/\B(?=(\d{3})+$)/g, ',') + tail;
  const isZero = /^[0,.]*$/.test(body);
  const sign = isZero ? '' : scaled < 0 ? MINUS : signed ? '+' : '';
  const padding = padded ? FIGURE_SPACE.repeat(Math.max(0, upTo - Math.max(kept, 0))) : '';
  return `${sign}${body}${suffix}${padding}`;
}

/** Dollars per share: two decimals, a third or fourth only when there is one. */
export function formatPrice(value: number | undefined, format: NumberFormat = {}): string {
  return formatNumber(value, { decimals: 2, upTo: 3, ...format });
}

/** Dollars of an account or a P&L. */
export function formatMoney(value: number | undefined, format: NumberFormat = {}): string {
  return formatNumber(value, { decimals: 2, ...format });
}

/** A fraction as percent without the sign: the unit stands in the head. */
export function formatPercent(value: number | undefined, decimals = 1): string {
  return formatNumber(value, { decimals, scale: 100 });
}

/** Whole numbers, from ten thousand on in thousands with one decimal: `27.1k`. */
export function formatCompact(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return '';
  if (Math.abs(value) < 10_000) return formatNumber(value, { decimals: 0 });
  if (Math.abs(value) < 1_000_000) return formatNumber(value / 1000, { decimals: 1, suffix: 'k' });
  return formatNumber(value / 1_000_000, { decimals: 1, suffix: 'M' });
}

/** What a person typed as a number; undefined when it is blank, NaN when it is not a number. */
export function parseNumber(text: string): number | undefined {
  const cleaned = text
    .replaceAll(',', '')
    .replaceAll(MINUS, '-')
    .replace(/[%$\s]/g, '');
  return cleaned === '' ? undefined : Number(cleaned);
}

/** `up`, `down` or nothing: the class of a signed value. What reads as zero at so many decimals has no sign. */
export function signClass(value: number | undefined, decimals = 2): 'up' | 'down' | '' {
  if (value === undefined || !(Math.abs(value) >= 0.5 * 10 ** -decimals)) return '';
  return value > 0 ? 'up' : 'down';
}

/** A P&L with its arrow, so that colour never speaks alone. */
export function formatPnl(value: number | undefined): string {
  const text = formatMoney(value, { signed: true });
  if (text === '' || value === undefined || signClass(value) === '') return text;
  return `${value > 0 ? '▲' : '▼'} ${text}`;
}
