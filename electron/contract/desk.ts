import * as z from 'zod';
import { SymbolName } from '../../scanner/domain/profile.ts';

/** Same fields as the broker's LinkStatus; the engine's types check that they agree. */
const LinkStatusSchema = z.object({
  phase: z.enum(['offline', 'connecting', 'reconciling', 'ready']),
  target: z.object({ host: z.string(), port: z.number(), clientId: z.number() }).optional(),
  mode: z.enum(['simulated', 'paper', 'live']).optional(),
  accounts: z.array(z.string()),
  serverVersion: z.number().optional(),
  epoch: z.number(),
  latencyMs: z.number().optional(),
  clockSkewMs: z.number().optional(),
  upstreamOk: z.boolean(),
  readOnlyApi: z.boolean(),
  messagesPerSecond: z.number(),
  messageCeiling: z.number(),
  linesUsed: z.number(),
  lineBudget: z.number(),
  retryAtMs: z.number().optional(),
  problem: z.string().optional(),
  sinceMs: z.number(),
});

/** Everything that may stop an order, in one place. */
const SafetySchema = z.object({
  ordersEnabled: z.boolean(),
  armedUntilMs: z.number().optional(),
  halted: z.object({ atMs: z.number(), by: z.string(), reason: z.string() }).optional(),
  /** Live accounts that a person has unlocked. */
  unlockedAccounts: z.array(z.string()),
  /** Orders whose outcome is unknown; they block new risk until resolved. */
  unknownOrders: z.number().int(),
  /** Why no order could be sent now, in plain words; empty when one could. */
  blocks: z.array(z.string()),
});

export const AccountSchema = z.object({
  account: z.string(),
  netLiquidation: z.number().optional(),
  buyingPower: z.number().optional(),
  excessLiquidity: z.number().optional(),
  maintMargin: z.number().optional(),
  cash: z.number().optional(),
  dailyPnl: z.number().optional(),
  unrealisedPnl: z.number().optional(),
  realisedPnl: z.number().optional(),
  atMs: z.number(),
});

/** The title strip and everything global; streamed whole, newest wins. */
export const DeskStatusSchema = z.object({
  link: LinkStatusSchema,
  safety: SafetySchema,
  account: AccountSchema.optional(),
  /** New York time as the broker says it, ms since 1970. */
  nowMs: z.number(),
  marketOpen: z.boolean(),
  /** Set while the database refuses writes: no new risk, cancels still go. */
  storageProblem: z.string().optional(),
  version: z.string(),
});
export type DeskStatus = z.infer<typeof DeskStatusSchema>;
export type AccountView = z.infer<typeof AccountSchema>;

export const LogLineSchema = z.object({
  id: z.string(),
  atMs: z.number(),
  level: z.enum(['info', 'warning', 'error']),
  kind: z.enum(['alert', 'log']),
  text: z.string(),
});
export type LogLine = z.infer<typeof LogLineSchema>;

export const QuoteRowSchema = z.object({
  symbol: z.string(),
  last: z.number().optional(),
  changePercent: z.number().optional(),
  /** 30-day IV as a fraction. */
  iv: z.number().optional(),
  ivRank: z.number().optional(),
  ivPercentile: z.number().optional(),
  kind: z.enum(['live', 'frozen', 'delayed', 'delayed-frozen']),
  atMs: z.number().optional(),
});
export type QuoteRow = z.infer<typeof QuoteRowSchema>;

/** One point of the connection checklist. */
export const CheckSchema = z.object({
  id: z.enum(['listening', 'handshake', 'clientId', 'account', 'readOnly', 'clock', 'marketData']),
  title: z.string(),
  state: z.enum(['passed', 'failed', 'warning', 'todo']),
  found: z.string(),
  advice: z.string(),
});
export type Check = z.infer<typeof CheckSchema>;

export const SettingsSchema = z.strictObject({
  theme: z.enum(['dark', 'light']).default('dark'),
  palette: z.enum(['green-red', 'blue-orange']).default('green-red'),
  density: z.enum(['dense', 'default', 'roomy']).default('dense'),
  startupProfileId: z.string().optional(),
  firstRunDone: z.boolean().default(false),
  /** Symbols whose quotes the window keeps in view. */
  watchlist: z.array(SymbolName).max(50).default(['SPY', 'QQQ', 'IWM', 'AAPL', 'AMD', 'NVDA', 'TSLA']),
  /** Continuous, per year. */
  riskFreeRate: z.number().min(-0.05).max(0.5).default(0.045),
  messageCeiling: z.number().int().min(5).max(45).default(45),
  lineBudget: z.number().int().min(4).max(500).default(90),
  armMinutes: z.number().int().min(1).max(240).default(15),
  limits: z
    .strictObject({
      maxQuantity: z.number().int().min(1).max(1000).default(10),
      maxLossPerOrder: z.number().positive().max(10_000_000).default(5_000),
      maxOpenRisk: z.number().positive().max(100_000_000).default(50_000),
      ordersPerMinute: z.number().int().min(1).max(60).default(6),
      tradesPerDay: z.number().int().min(1).max(1000).default(40),
      maxDailyLoss: z.number().positive().max(10_000_000).default(5_000),
      maxQuoteAgeMs: z.number().int().min(500).max(600_000).default(15_000),
      /** How far past natural a limit may lie, dollars per share. */
      priceCollar: z.number().min(0).max(100).default(0.1),
    })
    .prefault({}),
});
export type Settings = z.infer<typeof SettingsSchema>;
