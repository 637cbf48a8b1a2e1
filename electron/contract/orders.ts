import * as z from 'zod';
import { LegQuoteSchema } from './scan.ts';

/** Opens a spread from a scan, or closes (all or part of) a held one. */
export const TicketSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('open'), spreadId: z.string() }),
  z.object({ kind: z.literal('close'), positionId: z.string() }),
]);
export type TicketSubject = z.infer<typeof TicketSubject>;

/** Live prices of the spread on the ticket. Credit convention: > 0 is received, < 0 is paid; dollars per share. */
export const TicketQuoteSchema = z.object({
  title: z.string(),
  subject: TicketSubject,
  /** What crossing the market gives at once, the middle, and the best one could hope for. */
  natural: z.number().optional(),
  mid: z.number().optional(),
  best: z.number().optional(),
  tick: z.number(),
  legs: z.array(
    LegQuoteSchema.extend({
      action: z.enum(['BUY', 'SELL']),
      right: z.enum(['C', 'P']),
      expiry: z.string(),
      mid: z.number().optional(),
    }),
  ),
  maxQuantity: z.number().int(),
  width: z.number(),
  multiplier: z.number(),
  feesPerLeg: z.number(),
  kind: z.enum(['live', 'frozen', 'delayed', 'delayed-frozen']),
  ageMs: z.number().optional(),
});
export type TicketQuote = z.infer<typeof TicketQuoteSchema>;

export const TicketInput = z.object({
  subject: TicketSubject,
  quantity: z.number().int().min(1).max(10_000),
  /** > 0 received, < 0 paid; dollars per share, on a valid tick. */
  credit: z.number(),
  tif: z.enum(['DAY', 'GTC']),
  account: z.string().optional(),
});
export type TicketInput = z.infer<typeof TicketInput>;

export const RiskCheckSchema = z.object({
  id: z.string(),
  verdict: z.enum(['pass', 'warn', 'stop']),
  text: z.string(),
});
export type RiskCheck = z.infer<typeof RiskCheckSchema>;

export const PreviewSchema = z.object({
  /** Single use, lives 30 s; sending needs it. Absent when the gate says stop. */
  token: z.string().optional(),
  expiresAtMs: z.number(),
  account: z.string(),
  mode: z.enum(['simulated', 'paper', 'live']),
  /** `Sell 5 bull put spreads on AMD. Sell 5 puts at 100, buy 5 puts at 95 ...` */
  sentence: z.string(),
  /** `Receive 1.29 per share, 129.00 per contract, 645.00 in all.` */
  priceWords: z.string(),
  maxLossWords: z.string(),
  /** Dollars for the whole order, fees in; absent where there is no bound, and then `risk` says stop. */
  maxLoss: z.number().optional(),
  maxProfit: z.number().optional(),
  breakEven: z.number().optional(),
  /** Of a spread with two, whose `breakEven` is the lower one. */
  upperBreakEven: z.number().optional(),
  percentOfAccount: z.number().optional(),
  margin: z.number().optional(),
  marginSource: z.enum(['broker', 'width']),
  commission: z.number().optional(),
  excessLiquidityAfter: z.number().optional(),
  risk: z.array(RiskCheckSchema),
  warning: z.string().optional(),
});
export type Preview = z.infer<typeof PreviewSchema>;

export const OrderPhaseSchema = z.enum([
  'draft',
  'sent',
  'working',
  'partial',
  'cancelling',
  'unknown',
  'filled',
  'cancelled',
  'rejected',
  'not-sent',
]);
export type OrderPhase = z.infer<typeof OrderPhaseSchema>;

export const OrderViewSchema = z.object({
  orderRef: z.string(),
  account: z.string(),
  symbol: z.string(),
  title: z.string(),
  phase: OrderPhaseSchema,
  /** TWS's own status word. */
  status: z.string(),
  quantity: z.number(),
  filled: z.number(),
  /** Limit and average fill as credit: > 0 received. */
  credit: z.number(),
  averageCredit: z.number().optional(),
  commission: z.number().optional(),
  tif: z.enum(['DAY', 'GTC']),
  orderId: z.number().optional(),
  permId: z.number().optional(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  canCancel: z.boolean(),
  /** Newest message of TWS or of ours about this order, in plain words. */
  message: z.string().optional(),
  events: z.array(z.object({ atMs: z.number(), text: z.string() })),
});
export type OrderView = z.infer<typeof OrderViewSchema>;

/** Legs of one spread held together; a leg without partner is a group of one. */
export const PositionGroupSchema = z.object({
  id: z.string(),
  account: z.string(),
  symbol: z.string(),
  /** `100/95 bull put`, and with its expiry. */
  name: z.string(),
  title: z.string(),
  strategy: z.string(),
  expiry: z.string(),
  dte: z.number(),
  /** Spreads held; negative when sold for a credit. */
  quantity: z.number(),
  /** Entry and mark as credit per share (> 0 received at entry; mark is what closing would pay, as a positive number for credits). */
  entryCredit: z.number().optional(),
  mark: z.number().optional(),
  dailyPnl: z.number().optional(),
  unrealisedPnl: z.number().optional(),
  realisedPnl: z.number().optional(),
  maxProfit: z.number().optional(),
  maxLoss: z.number().optional(),
  netDelta: z.number().optional(),
  netTheta: z.number().optional(),
  netVega: z.number().optional(),
  distancePercent: z.number().optional(),
  legs: z.array(
    z.object({
      conId: z.number(),
      quantity: z.number(),
      right: z.enum(['C', 'P']).optional(),
      strike: z.number().optional(),
      averageCost: z.number(),
      bid: z.number().optional(),
      ask: z.number().optional(),
      unrealisedPnl: z.number().optional(),
    }),
  ),
  openedAtMs: z.number().optional(),
});
export type PositionGroup = z.infer<typeof PositionGroupSchema>;
