import * as z from 'zod';

const PANELS = ['filters', 'right'] as const;
export type Panel = (typeof PANELS)[number];

const Widths = z.partialRecord(z.enum(PANELS), z.number());

/** Pixels; the defaults depend on the window and live in the stylesheet. @source the design's layout table */
const BOUNDS: Readonly<Record<Panel, { least: number; most: number }>> = {
  filters: { least: 280, most: 420 },
  right: { least: 340, most: 900 },
};
const KEY = 'legwork.panels';

/** Widths that a person dragged, kept in this browser. A panel that was never dragged has none. */
export class PanelWidths {
  widths = $state.raw<Partial<Record<Panel, number>>>({});
  readonly #memory: Pick<Storage, 'getItem' | 'setItem'>;

  constructor(memory: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#memory = memory;
    const kept = Widths.safeParse(readJson(memory.getItem(KEY)));
    for (const panel of PANELS) {
      const width = kept.success ? kept.data[panel] : undefined;
      if (width !== undefined) this.set(panel, width);
    }
  }

  set(panel: Panel, width: number): void {
    const { least, most } = BOUNDS[panel];
    const kept = Math.round(Math.max(least, Math.min(most, width)));
    this.widths = { ...this.widths, [panel]: kept };
    this.#memory.setItem(KEY, JSON.stringify(this.widths));
  }

  /** Back to the width of the design. */
  reset(panel: Panel): void {
    this.widths = Object.fromEntries(Object.entries(this.widths).filter(([name]) => name !== panel));
    this.#memory.setItem(KEY, JSON.stringify(this.widths));
  }
}

/** What was kept, or nothing when it is damaged. */
function readJson(text: string | null): unknown {
  try {
    return JSON.parse(text ?? '{}');
  } catch {
    return {};
  }
}
