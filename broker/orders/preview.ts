import type { TradingMode } from '../../scanner/domain/tradingMode.ts';
import { stop } from '../risk/riskCheck.ts';
import type { RiskCheck } from '../risk/riskCheck.ts';
import type { ProposedOrder, RiskWorld } from '../risk/riskWorld.ts';
import { bestCaseProfit, legsOfCombo, worstCaseLoss } from '../risk/worstCase.ts';
import { multiplierOf } from './ticket.ts';
import type { Ticket } from './ticket.ts';
import { breakEvensOf, creditWords, feesOf, maxLossWords, orderSentence } from './words.ts';

/** What a person sees before sending; the contract's Preview has the same shape. Dollars for the whole order. */
export interface Preview {
  /** Single use, lives 30 s. Absent when the gate says stop. */
  token?: string;
  expiresAtMs: number;
  account: string;
  mode: TradingMode;
  sentence: string;
  priceWords: string;
  maxLossWords: string;
  /** Like every figure here absent where it has no bound or cannot be told; the gate says so, and stops. */
  maxLoss?: number;
  maxProfit?: number;
  breakEven?: number;
  /** Of a spread with two, whose `breakEven` is the lower one. */
  upperBreakEven?: number;
  percentOfAccount?: number;
  margin?: number;
  marginSource: 'broker' | 'width';
  commission?: number;
  excessLiquidityAfter?: number;
  risk: RiskCheck[];
  warning?: string;
}

/** Worst-case dollars of the whole order, fees in; 0 for a close; Infinity without a bound. */
export function maxLossOf(ticket: Ticket): number {
  if (ticket.effect === 'close') return 0;
  return worstCaseLoss(legsOfCombo(ticket.legs, ticket.quantity), cashOf(ticket) - feesOf(ticket));
}

/** Best-case dollars of the whole order, fees out; 0 for a close, whose profit depends on what was paid to open. */
function maxProfitOf(ticket: Ticket): number {
  if (ticket.effect === 'close') return 0;
  return bestCaseProfit(legsOfCombo(ticket.legs, ticket.quantity), cashOf(ticket) - feesOf(ticket));
}

function cashOf(ticket: Ticket): number {
  return ticket.credit * multiplierOf(ticket.legs) * ticket.quantity;
}

/** Numbers of a preview as they were worked out: undefined where unknown, not finite where there is no bound. */
type Figures = Record<keyof typeof FIGURE_NAMES, number | undefined>;

const FIGURE_NAMES = {
  maxLoss: 'largest loss',
  maxProfit: 'largest profit',
  breakEven: 'break-even',
  upperBreakEven: 'upper break-even',
  percentOfAccount: 'share of the account',
  margin: 'margin',
  commission: 'commission',
  excessLiquidityAfter: 'liquidity that is left',
} as const;

/** The figures of a proposed order. Pure. */
export function figuresOf({ ticket, maxLoss, whatIf }: ProposedOrder, world: RiskWorld): Figures {
  const netLiquidation = world.summary?.netLiquidation;
  const excess = world.summary?.excessLiquidity;
  const margin = whatIf?.initMarginChange;
  const [breakEven, upperBreakEven] = breakEvensOf(ticket);
  return {
    maxLoss,
    maxProfit: maxProfitOf(ticket),
    breakEven,
    upperBreakEven,
    percentOfAccount: netLiquidation !== undefined && netLiquidation > 0 ? (100 * maxLoss) / netLiquidation : undefined,
    margin,
    commission: whatIf?.commission,
    excessLiquidityAfter: excess === undefined || margin === undefined ? undefined : excess - margin,
  };
}

/** Nobody can weigh an order whose figures have no bound or are no numbers: it does not leave. */
export function figureChecks(figures: Figures): RiskCheck[] {
  const names = Object.entries(FIGURE_NAMES)
    .filter(([name]) => isUntold(figures[name as keyof Figures]))
    .map(([, words]) => words);
  if (names.length === 0) return [];
  return [stop('figures', `No figure can be given for: ${names.join(', ')}. Check legs, quantity and price.`)];
}

function isUntold(figure: number | undefined): boolean {
  return figure !== undefined && !Number.isFinite(figure);
}

interface PreviewFacts {
  proposed: ProposedOrder;
  world: RiskWorld;
  figures: Figures;
  risk: RiskCheck[];
  token: string | undefined;
  expiresAtMs: number;
  warning: string | undefined;
}

/** Puts the findings into words. Pure. */
export function makePreview({ proposed, world, figures, risk, token, expiresAtMs, warning }: PreviewFacts): Preview {
  const { ticket, maxLoss, whatIf } = proposed;
  return {
    ...optional({ token, warning }),
    ...told(figures),
    expiresAtMs,
    account: ticket.account,
    mode: world.link.mode ?? 'live',
    sentence: orderSentence(ticket),
    priceWords: creditWords(ticket),
    maxLossWords: maxLossWords(maxLoss, figures.percentOfAccount),
    marginSource: whatIf?.source ?? 'width',
    risk,
  };
}

/** The figures that are numbers. */
function told(figures: Figures): Partial<Record<keyof Figures, number>> {
  return Object.fromEntries(Object.entries(figures).filter(([, figure]) => Number.isFinite(figure)));
}

/** Leaves out what is undefined, so that absent stays absent. */
function optional<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
