import type { Preview, TicketInput, TicketQuote, TicketSubject } from '../../electron/contract/orders.ts';
import { alignToTick, type PriceIncrement } from '../../scanner/domain/money.ts';

export type Tif = 'DAY' | 'GTC';

/** The order in the making: live prices of its spread, what the person chose, and the preview that allows sending. */
export class TicketStore {
  subject = $state.raw<TicketSubject | undefined>(undefined);
  quote = $state.raw<TicketQuote | undefined>(undefined);
  problem = $state<string | undefined>(undefined);
  quantity = $state(1);
  tif = $state<Tif>('DAY');
  /** The chosen limit as credit; undefined follows the middle of the market. */
  chosenCredit = $state<number | undefined>(undefined);
  preview = $state.raw<Preview | undefined>(undefined);
  busy = $state<'preview' | 'send' | undefined>(undefined);
  /** What the engine said when it refused a preview or an order. */
  refusal = $state<string | undefined>(undefined);
  /** The order that came of this ticket. */
  sentRef = $state<string | undefined>(undefined);

  tickRule = $derived<PriceIncrement[]>([{ lowEdge: 0, increment: this.quote?.tick ?? 0.01 }]);
  middle = $derived(this.quote?.mid === undefined ? undefined : alignToTick(this.quote.mid, this.tickRule));
  credit = $derived(this.chosenCredit ?? this.middle);
  input = $derived<TicketInput | undefined>(
    this.subject === undefined || this.credit === undefined
      ? undefined
      : { subject: this.subject, quantity: this.quantity, credit: this.credit, tif: this.tif },
  );

  open(subject: TicketSubject, quantity: number): void {
    this.subject = subject;
    this.quote = undefined;
    this.problem = undefined;
    this.quantity = quantity;
    this.chosenCredit = undefined;
    this.sentRef = undefined;
    this.void();
  }

  close(): void {
    this.subject = undefined;
    this.quote = undefined;
    this.sentRef = undefined;
    this.void();
  }

  setCredit(credit: number): void {
    if (!Number.isFinite(credit)) return;
    this.chosenCredit = alignToTick(credit, this.tickRule);
    this.void();
  }

  /** Moves the limit by whole ticks; more is better for the person. */
  step(ticks: number): void {
    const from = this.credit;
    const tick = this.tickRule[0]?.increment;
    if (from !== undefined && tick !== undefined) this.setCredit(from + ticks * tick);
  }

  followMiddle(): void {
    this.chosenCredit = undefined;
    this.void();
  }

  setQuantity(quantity: number): void {
    const most = this.quote?.maxQuantity ?? Number.POSITIVE_INFINITY;
    if (!Number.isFinite(quantity)) return;
    this.quantity = Math.max(1, Math.min(Math.round(quantity), most));
    this.void();
  }

  setTif(tif: Tif): void {
    this.tif = tif;
    this.void();
  }

  /** A preview holds for exactly what was previewed: any change of the ticket voids it. */
  void(): void {
    this.preview = undefined;
    this.refusal = undefined;
  }

  /** The limit stays where it was previewed, also when it followed the market until then. */
  accept(preview: Preview, input: TicketInput): void {
    this.chosenCredit = input.credit;
    this.preview = preview;
  }
}
