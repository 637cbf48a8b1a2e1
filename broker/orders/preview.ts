import type { TradingMode } from '../gateway.ts';
import type { RiskCheck } from '../risk/riskCheck.ts';
import type { ProposedOrder, RiskWorld } from '../risk/riskWorld.ts';
import { bestCaseProfit, legsOfCombo, worstCaseLoss } from '../risk/worstCase.ts';
import { multiplierOf } from './ticket.ts';
import type { Ticket } from './ticket.ts';
import { breakEvenOf, creditWords, feesOf, maxLossWords, orderSentence } from './words.ts';

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
  maxLoss: number;
  maxProfit: number;
  breakEven?: number;
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

interface PreviewFacts {
  proposed: ProposedOrder;
  world: RiskWorld;
  risk: RiskCheck[];
  token: string | undefined;
  expiresAtMs: number;
  warning: string | undefined;
}

/** Puts the findings into words. Pure. */
export function makePreview({ proposed, world, risk, token, expiresAtMs, warning }: PreviewFacts): Preview {
  const { ticket, maxLoss, whatIf } = proposed;
  const netLiquidation = world.summary?.netLiquidation;
  const percentOfAccount =
    netLiquidation !== undefined && netLiquidation > 0 ? (100 * maxLoss) / netLiquidation : undefined;
  const excess = world.summary?.excessLiquidity;
  const margin = whatIf?.initMarginChange;
  return {
    ...optional({ token, percentOfAccount, margin, commission: whatIf?.commission, warning }),
    ...optional({
      breakEven: breakEvenOf(ticket),
      excessLiquidityAfter: excess === undefined || margin === undefined ? undefined : excess - margin,
    }),
    expiresAtMs,
    account: ticket.account,
    mode: world.link.mode ?? 'live',
    sentence: orderSentence(ticket),
    priceWords: creditWords(ticket),
    maxLossWords: maxLossWords(maxLoss, percentOfAccount),
    maxLoss,
    maxProfit: maxProfitOf(ticket),
    marginSource: whatIf?.source ?? 'width',
    risk,
  };
}

/** Leaves out what is undefined, so that absent stays absent. */
function optional<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
