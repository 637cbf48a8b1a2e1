/** How the quote of one contract comes. Times in ms since 1970. */
export interface StreamFacts {
  /** TWS has the request and has not refused it. */
  subscribed: boolean;
  /** TWS is connected to IB, and no market-data farm is broken. */
  feedUp: boolean;
  /** It has ticked since its request and since the connection or a farm last broke. */
  tickedSinceBreak: boolean;
  /** Its last tick. */
  heardAtMs: number;
  /** The last tick of any line. */
  feedHeardAtMs: number;
}

/**
 * When a quote was last known to be current. TWS tells changes alone, so a quiet option says nothing for minutes while
 * its line streams: as long as the line is whole and other lines tick, its last quote stands. After a break it has to
 * tick by itself again, since data can stay dead after one. @source ib_insync #256.
 */
export function lastCurrentMs(facts: StreamFacts): number {
  const { subscribed, feedUp, tickedSinceBreak, heardAtMs, feedHeardAtMs } = facts;
  return subscribed && feedUp && tickedSinceBreak ? Math.max(heardAtMs, feedHeardAtMs) : heardAtMs;
}
