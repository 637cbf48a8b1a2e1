import { eventIterator, oc } from '@orpc/contract';
import * as z from 'zod';
import { Profile } from '../../scanner/domain/profile.ts';
import { CheckSchema, DeskStatusSchema, LogLineSchema, QuoteRowSchema, SettingsSchema } from './desk.ts';
import { contractErrors } from './errors.ts';
import {
  OrderViewSchema,
  PositionGroupSchema,
  PreviewSchema,
  TicketInput,
  TicketQuoteSchema,
  TicketSubject,
} from './orders.ts';
import { AnalysisSchema, RankedSpreadSchema, ScanHeadSchema, WhyNotInput, WhyNotSchema } from './scan.ts';
import { StreamId, streamMessage } from './stream.ts';

const base = oc.errors(contractErrors);
const nothing = z.void();
const opened = z.object({ stream: StreamId });
const keyed = <Row extends z.ZodType, Head extends z.ZodType>(row: Row, head: Head) =>
  eventIterator(streamMessage(row, head));
const none = z.undefined();

export const SavedProfileSchema = z.object({
  id: z.string(),
  profile: Profile,
  builtIn: z.boolean(),
  updatedAtMs: z.number(),
});
export type SavedProfile = z.infer<typeof SavedProfileSchema>;

const target = z.object({
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  clientId: z.number().int().min(0).max(2_147_483_647),
});

/** Everything a person or a program can ask of Legwork. Every transport serves exactly this. */
export const contract = {
  streams: {
    /** Gives the producer credit for one more message of this stream. */
    ack: base.input(z.object({ stream: StreamId, seq: z.number().int() })).output(nothing),
  },
  desk: {
    watch: base.input(opened).output(keyed(none, DeskStatusSchema)),
    log: base.input(opened).output(keyed(LogLineSchema, none)),
    /** Watchlist quotes with IV, rank and percentile. */
    quotes: base.input(opened.extend({ symbols: z.array(z.string()).max(50) })).output(keyed(QuoteRowSchema, none)),
  },
  connection: {
    connect: base.input(target).output(nothing),
    /** Starts the built-in simulator if it is not running, and connects to it. */
    connectSimulator: base.output(nothing),
    disconnect: base.output(nothing),
    /** Tests each point of the connection checklist against host and port, without touching the current link. */
    check: base.input(target).output(z.array(CheckSchema)),
  },
  settings: {
    get: base.output(SettingsSchema),
    put: base.input(SettingsSchema).output(SettingsSchema),
  },
  profiles: {
    list: base.output(z.array(SavedProfileSchema)),
    save: base.input(z.object({ id: z.string().optional(), profile: Profile })).output(SavedProfileSchema),
    remove: base.input(z.object({ id: z.string() })).output(nothing),
    /** Undoes a remove. */
    restore: base.input(z.object({ id: z.string() })).output(SavedProfileSchema),
    /** Text of a profile file; nothing is saved when it is not valid. */
    import: base.input(z.object({ text: z.string().max(1_000_000) })).output(SavedProfileSchema),
    export: base.input(z.object({ id: z.string() })).output(z.object({ fileName: z.string(), text: z.string() })),
  },
  reference: {
    search: base
      .input(z.object({ text: z.string().min(1).max(40) }))
      .output(z.array(z.object({ symbol: z.string(), name: z.string(), secType: z.string(), exchange: z.string() }))),
  },
  scan: {
    /** Opens a live scan: loads what the profile can use, then keeps rows current while the market moves. */
    watch: base.input(opened.extend({ profile: Profile })).output(keyed(RankedSpreadSchema, ScanHeadSchema)),
    /** Changes the profile of an open scan; quotes that are there are not asked for again. */
    refine: base.input(z.object({ stream: StreamId, profile: Profile })).output(nothing),
    pause: base.input(opened.extend({ paused: z.boolean() })).output(nothing),
    analyse: base.input(z.object({ spreadId: z.string() })).output(AnalysisSchema),
    whyNot: base.input(WhyNotInput).output(WhyNotSchema),
  },
  ticket: {
    watch: base.input(opened.extend({ subject: TicketSubject })).output(keyed(none, TicketQuoteSchema)),
    preview: base.input(TicketInput).output(PreviewSchema),
    /** Sends exactly what was previewed, once. */
    send: base.input(z.object({ token: z.string() })).output(z.object({ orderRef: z.string() })),
  },
  orders: {
    watch: base.input(opened).output(keyed(OrderViewSchema, none)),
    cancel: base.input(z.object({ orderRef: z.string() })).output(nothing),
    /** A person's word on an order whose outcome the broker never told. */
    resolveUnknown: base
      .input(z.object({ orderRef: z.string(), outcome: z.enum(['filled', 'cancelled', 'not-sent']) }))
      .output(nothing),
  },
  positions: {
    watch: base.input(opened).output(keyed(PositionGroupSchema, none)),
  },
  safety: {
    enableOrders: base.input(z.object({ enabled: z.boolean() })).output(nothing),
    arm: base.output(z.object({ armedUntilMs: z.number() })),
    disarm: base.output(nothing),
    /** Blocks new orders at once and cancels working ones. Durable. */
    halt: base
      .input(z.object({ reason: z.string().max(200) }))
      .output(z.object({ cancelsSent: z.number().int(), notCancellable: z.string().optional() })),
    resume: base.output(nothing),
    /** `typed` must repeat the account id. */
    unlockLive: base.input(z.object({ account: z.string(), typed: z.string() })).output(nothing),
    lockLive: base.input(z.object({ account: z.string() })).output(nothing),
  },
};
export type Contract = typeof contract;
