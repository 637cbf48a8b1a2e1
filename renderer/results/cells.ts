import type { ICellRendererComp, ICellRendererParams } from 'ag-grid-community';
import type { RankedSpread } from '../../scanner/domain/spread.ts';
import { formatNumber } from '../format/formatNumber.ts';
import { MEASURES } from '../format/measureNames.ts';
import { formatStrike } from '../format/spreadName.ts';
import { GLYPH_POINTS } from '../format/strategyGlyphs.ts';

const SVG = 'http://www.w3.org/2000/svg';
type Params = ICellRendererParams<RankedSpread, number>;

/** The score as a bar split by term, and its number. Changes in place: it is the one cell that moves with every tick. */
export class ScoreCell implements ICellRendererComp<RankedSpread> {
  readonly #gui = document.createElement('span');
  readonly #bar = document.createElement('span');
  readonly #text = document.createTextNode('');

  init(params: Params): void {
    this.#bar.className = 'scorebar';
    this.#gui.append(this.#bar, this.#text);
    this.refresh(params);
  }

  getGui(): HTMLElement {
    return this.#gui;
  }

  refresh({ data }: Params): boolean {
    if (data === undefined) return false;
    while (this.#bar.children.length > data.terms.length) this.#bar.lastChild?.remove();
    while (this.#bar.children.length < data.terms.length) this.#bar.append(document.createElement('i'));
    data.terms.forEach((term, index) => {
      const part = this.#bar.children[index];
      if (part instanceof HTMLElement) part.style.width = `${Math.max(0, Math.min(1, term.share)) * 100}%`;
    });
    this.#text.data = formatNumber(data.score, { decimals: 2 });
    this.#gui.title = data.terms
      .map(
        (term) =>
          `${MEASURES[term.measure].name} ${MEASURES[term.measure].show(term.value)}: ${formatNumber(term.share)}`,
      )
      .join('\n');
    return true;
  }
}

/** Glyph and, where there is room, the word. Neither ever changes for a row. */
export function strategyCell({ data, value }: ICellRendererParams<RankedSpread, string>): HTMLElement {
  const cell = document.createElement('span');
  cell.className = 'strat';
  if (data === undefined) return cell;
  const glyph = document.createElementNS(SVG, 'svg');
  for (const [name, content] of Object.entries({
    viewBox: '0 0 20 12',
    fill: 'none',
    stroke: 'currentColor',
    'stroke-width': '1.6',
    'stroke-linejoin': 'round',
    'aria-hidden': 'true',
  }))
    glyph.setAttribute(name, content);
  const line = document.createElementNS(SVG, 'polyline');
  line.setAttribute('points', GLYPH_POINTS[data.strategy]);
  glyph.append(line);
  const word = document.createElement('span');
  word.className = 'word';
  word.textContent = value ?? '';
  cell.append(glyph, word);
  cell.title = value ?? '';
  return cell;
}

/** Sold strike, then bought: `115/120`, of a condor `100/95 · 120/130`. */
export function strikesCell({ data }: Params): HTMLElement {
  const cell = document.createElement('span');
  cell.className = 'strk';
  if (data === undefined) return cell;
  cell.append(...wingNodes(data));
  if (data.callWing === undefined) return cell;
  cell.classList.add('four');
  cell.append(quiet('·'), ...wingNodes(data.callWing));
  return cell;
}

function wingNodes({ shortStrike, longStrike }: { shortStrike: number; longStrike: number }): (Node | string)[] {
  const bought = document.createElement('s');
  bought.textContent = formatStrike(longStrike);
  return [formatStrike(shortStrike), quiet('/'), bought];
}

function quiet(sign: string): HTMLElement {
  const element = document.createElement('i');
  element.textContent = sign;
  return element;
}
