/**
 * Layouts of TWS's answers as its clients decode them, written from their decoders and not from the simulator:
 * ib_async 1.0 `ib_async/decoder.py` (exact unpacking, serverVersion gates up to 178) and the official ibapi 10.37
 * `ibapi/decoder.py` with `ibapi/orderdecoder.py` (gates up to 193), as stored in ib-api-reloaded/ib_async and
 * nautechsystems/nautilus_ibapi.
 */

/** How a client converts a field: Python's int(), float(), a 0/1 flag, or any text. `empty-` may also be empty. */
export type Kind = 'int' | 'float' | 'flag' | 'text' | 'empty-int' | 'empty-float' | 'empty-flag';

export interface Part {
  name: string;
  kind: Kind;
}

const parts = (kind: Kind, names: string): Part[] => names.split(/\s+/).map((name) => ({ name, kind }));
const t = (names: string): Part[] => parts('text', names);
const i = (names: string): Part[] => parts('int', names);
const f = (names: string): Part[] => parts('float', names);
const ei = (names: string): Part[] => parts('empty-int', names);
const ef = (names: string): Part[] => parts('empty-float', names);
const eb = (names: string): Part[] => parts('empty-flag', names);
const from = (version: number, gate: number, more: Part[]): Part[] => (version >= gate ? more : []);

/** Reads fields one by one, so that a layout may depend on what came before, as in the decoders. */
export class Cursor {
  readonly fields: readonly string[];
  readonly seen = new Map<string, string>();
  at = 0;

  constructor(fields: readonly string[]) {
    this.fields = fields;
  }

  /** @throws Error naming the field that is missing or does not convert. */
  take(wanted: readonly Part[]): this {
    for (const { name, kind } of wanted) {
      const value = this.fields[this.at++];
      if (value === undefined) throw new Error(`field ${name} is missing`);
      if (!converts(kind, value)) throw new Error(`field ${name} is "${value}", expected ${kind}`);
      this.seen.set(name, value);
    }
    return this;
  }

  count(name: string): number {
    this.take(i(name));
    return Number(this.seen.get(name));
  }

  text(name: string): string {
    this.take(t(name));
    return this.seen.get(name) ?? '';
  }

  /** @throws Error when fields are left over. */
  end(): void {
    if (this.at !== this.fields.length) throw new Error(`${this.fields.length - this.at} fields too many`);
  }
}

function converts(kind: Kind, value: string): boolean {
  if (kind === 'text') return true;
  if (value === '') return kind.startsWith('empty-');
  if (kind.endsWith('int')) return /^-?\d+$/.test(value);
  if (kind.endsWith('flag')) return value === '0' || value === '1';
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(value);
}

export type Layout = (cursor: Cursor, version: number) => void;

const contract = [
  ...ei('conId'),
  ...t('symbol secType lastTradeDate'),
  ...ef('strike'),
  ...t('right multiplier exchange currency localSymbol tradingClass'),
];

const contractDetails: Layout = (c, v) => {
  c.take([...i('id reqId'), ...t('symbol secType lastTimes'), ...from(v, 182, t('lastTradeDate')), ...ef('strike')]);
  c.take([...t('right exchange currency localSymbol marketName tradingClass'), ...i('conId'), ...f('minTick')]);
  c.take([...t('multiplier orderTypes validExchanges'), ...i('priceMagnifier underConId')]);
  c.take(t('longName primaryExchange contractMonth industry category subcategory timeZoneId tradingHours liquidHours'));
  c.take([...t('evRule'), ...ei('evMultiplier')]);
  for (let left = c.count('secIds'); left > 0; left--) c.take(t('tag value'));
  c.take([...ei('aggGroup'), ...t('underSymbol underSecType marketRuleIds realExpirationDate stockType')]);
  c.take(f('minSize sizeIncrement suggestedSizeIncrement'));
  if (v >= 186) for (let left = c.count('ineligibility'); left > 0; left--) c.take(t('reasonId reason'));
};

const comboPart = (c: Cursor): void => {
  c.take(t('comboLegsDescrip'));
  for (let left = c.count('comboLegs'); left > 0; left--) {
    c.take([
      ...i('legConId legRatio'),
      ...t('legAction legExchange'),
      ...i('legOpenClose legShortSaleSlot'),
      ...t('legLocation'),
      ...i('legExemptCode'),
    ]);
  }
  for (let left = c.count('orderComboLegs'); left > 0; left--) c.take(ef('legPrice'));
  for (let left = c.count('routingParams'); left > 0; left--) c.take(t('tag value'));
};

const scaleAndHedge = (c: Cursor): void => {
  c.take(ei('scaleInitLevelSize scaleSubsLevelSize')).take(ef('scalePriceIncrement'));
  const increment = Number(c.seen.get('scalePriceIncrement') || Number.MAX_VALUE);
  if (increment > 0 && increment < Number.MAX_VALUE) throw new Error('the simulator has no scale orders');
  if (c.text('hedgeType') !== '') c.take(t('hedgeParam'));
};

const neutralAndAlgo = (c: Cursor): void => {
  c.take(i('deltaNeutralPresent'));
  if (c.seen.get('deltaNeutralPresent') !== '0') c.take(f('dnConId dnDelta dnPrice'));
  if (c.text('algoStrategy') !== '') for (let left = c.count('algoParams'); left > 0; left--) c.take(t('tag value'));
};

const conditions = (c: Cursor): void => {
  if (c.count('conditions') > 0) throw new Error('the simulator has no conditions');
};

const peg = [...ei('minTradeQty minCompeteSize'), ...ef('competeAgainstBestOffset midOffsetAtWhole midOffsetAtHalf')];
const firstOrderPart = [
  ...t('action'),
  ...f('totalQuantity'),
  ...t('orderType'),
  ...ef('lmtPrice auxPrice'),
  ...t('tif ocaGroup account openClose'),
  ...ei('origin'),
  ...t('orderRef'),
];

const openOrder: Layout = (c, v) => {
  c.take([...i('id orderId'), ...contract, ...firstOrderPart, ...i('clientId permId'), ...eb('outsideRth hidden')]);
  c.take([...ef('discretionaryAmt'), ...t('goodAfterTime sharesAllocation faGroup faMethod faPercentage')]);
  if (v < 177) c.take(t('faProfile'));
  c.take([
    ...t('modelCode goodTillDate rule80A'),
    ...ef('percentOffset'),
    ...t('settlingFirm'),
    ...ei('shortSaleSlot'),
  ]);
  c.take([...t('designatedLocation'), ...ei('exemptCode auctionStrategy'), ...ef('startingPrice stockRefPrice delta')]);
  c.take([...ef('stockRangeLower stockRangeUpper'), ...ei('displaySize'), ...eb('blockOrder sweepToFill allOrNone')]);
  c.take([
    ...ei('minQty ocaType'),
    ...eb('eTradeOnly firmQuoteOnly'),
    ...ef('nbboPriceCap'),
    ...ei('parentId triggerMethod'),
  ]);
  c.take([...ef('volatility'), ...ei('volatilityType')]);
  const deltaNeutral = c.text('deltaNeutralOrderType');
  c.take(ef('deltaNeutralAuxPrice'));
  if (deltaNeutral !== '') {
    c.take([
      ...ei('dnConId'),
      ...t('dnSettlingFirm dnClearingAccount dnClearingIntent dnOpenClose'),
      ...eb('dnShortSale'),
    ]);
    c.take([...ei('dnShortSaleSlot'), ...t('dnLocation')]);
  }
  c.take([
    ...eb('continuousUpdate'),
    ...ei('referencePriceType'),
    ...ef('trailStopPrice trailingPercent basisPoints'),
    ...ei('basisPointsType'),
  ]);
  comboPart(c);
  scaleAndHedge(c);
  c.take([...eb('optOutSmartRouting'), ...t('clearingAccount clearingIntent'), ...eb('notHeld')]);
  neutralAndAlgo(c);
  c.take([...eb('solicited whatIf'), ...t('status initMarginBefore maintMarginBefore equityWithLoanBefore')]);
  c.take(
    t('initMarginChange maintMarginChange equityWithLoanChange initMarginAfter maintMarginAfter equityWithLoanAfter'),
  );
  c.take([...ef('commission minCommission maxCommission'), ...t('commissionCurrency warningText')]);
  c.take(eb('randomizeSize randomizePrice'));
  conditions(c);
  c.take([...t('adjustedOrderType'), ...ef('triggerPrice adjTrailStopPrice lmtPriceOffset adjustedStopPrice')]);
  c.take([...ef('adjustedStopLimitPrice adjustedTrailingAmount'), ...ei('adjustableTrailingUnit')]);
  c.take([...t('tierName tierValue tierDisplay'), ...ef('cashQty'), ...eb('dontUseAutoPriceForHedge isOmsContainer')]);
  c.take([
    ...eb('discretionaryUpToLimitPrice usePriceMgmtAlgo'),
    ...ei('duration postToAts'),
    ...eb('autoCancelParent'),
  ]);
  c.take(peg);
  c.take([...from(v, 183, t('customerAccount')), ...from(v, 184, eb('professionalCustomer'))]);
  c.take([...from(v, 185, t('bondAccruedInterest')), ...from(v, 189, eb('includeOvernight'))]);
  c.take([...from(v, 193, t('extOperator')), ...from(v, 193, ei('manualOrderIndicator'))]);
};

const completedOrder: Layout = (c, v) => {
  c.take([...i('id'), ...contract, ...firstOrderPart, ...i('permId'), ...eb('outsideRth hidden')]);
  c.take([...ef('discretionaryAmt'), ...t('goodAfterTime faGroup faMethod faPercentage')]);
  if (v < 177) c.take(t('faProfile'));
  c.take([
    ...t('modelCode goodTillDate rule80A'),
    ...ef('percentOffset'),
    ...t('settlingFirm'),
    ...ei('shortSaleSlot'),
  ]);
  c.take([
    ...t('designatedLocation'),
    ...ei('exemptCode'),
    ...ef('startingPrice stockRefPrice delta stockRangeLower stockRangeUpper'),
  ]);
  c.take([
    ...ei('displaySize'),
    ...eb('sweepToFill allOrNone'),
    ...ei('minQty ocaType triggerMethod'),
    ...ef('volatility'),
    ...ei('volatilityType'),
  ]);
  const deltaNeutral = c.text('deltaNeutralOrderType');
  c.take(ef('deltaNeutralAuxPrice'));
  if (deltaNeutral !== '')
    c.take([...ei('dnConId'), ...eb('dnShortSale'), ...ei('dnShortSaleSlot'), ...t('dnLocation')]);
  c.take([...eb('continuousUpdate'), ...ei('referencePriceType'), ...ef('trailStopPrice trailingPercent')]);
  comboPart(c);
  scaleAndHedge(c);
  c.take([...t('clearingAccount clearingIntent'), ...eb('notHeld')]);
  neutralAndAlgo(c);
  c.take([...eb('solicited'), ...t('status'), ...eb('randomizeSize randomizePrice')]);
  conditions(c);
  c.take([
    ...ef('stopPrice lmtPriceOffset cashQty'),
    ...eb('dontUseAutoPriceForHedge isOmsContainer'),
    ...t('autoCancelDate'),
  ]);
  c.take([...f('filledQuantity'), ...ei('refFuturesConId'), ...eb('autoCancelParent'), ...t('shareholder')]);
  c.take([...eb('imbalanceOnly routeMarketableToBbo'), ...ei('parentPermId'), ...t('completedTime completedStatus')]);
  c.take(peg);
  c.take([...from(v, 183, t('customerAccount')), ...from(v, 184, eb('professionalCustomer'))]);
};

const execution: Layout = (c, v) => {
  c.take([...i('id reqId orderId'), ...contract, ...t('execId time acctNumber exchange side'), ...f('shares price')]);
  c.take([
    ...i('permId clientId liquidation'),
    ...f('cumQty avgPrice'),
    ...t('orderRef evRule'),
    ...ef('evMultiplier'),
  ]);
  c.take([...t('modelCode'), ...i('lastLiquidity'), ...from(v, 178, eb('pendingPriceRevision'))]);
};

const fixed =
  (layout: Part[]): Layout =>
  (c) =>
    void c.take(layout);

/** By message id. Fixed ones carry id and, where they have one, version first. */
export const LAYOUTS: ReadonlyMap<number, Layout> = new Map<number, Layout>([
  [1, fixed([...i('id version reqId tickType'), ...f('price'), ...ef('size'), ...i('mask')])],
  [2, fixed([...i('id version reqId tickType'), ...f('size')])],
  [
    3,
    fixed([
      ...i('id orderId'),
      ...t('status'),
      ...f('filled remaining avgFillPrice'),
      ...i('permId parentId'),
      ...f('lastFillPrice'),
      ...i('clientId'),
      ...t('whyHeld'),
      ...f('mktCapPrice'),
    ]),
  ],
  [4, fixed([...i('id version reqId code'), ...t('message rejectJson')])],
  [5, openOrder],
  [6, fixed([...i('id version'), ...t('key value currency account')])],
  [
    7,
    fixed([
      ...i('id version conId'),
      ...t('symbol secType lastTradeDate'),
      ...ef('strike'),
      ...t('right multiplier primaryExchange currency localSymbol tradingClass'),
      ...f('position marketPrice marketValue averageCost unrealizedPNL realizedPNL'),
      ...t('account'),
    ]),
  ],
  [8, fixed([...i('id version'), ...t('time')])],
  [9, fixed(i('id version orderId'))],
  [10, contractDetails],
  [11, execution],
  [15, fixed([...i('id version'), ...t('accounts')])],
  [
    17,
    (c) => {
      c.take([...i('id reqId'), ...t('start end')]);
      for (let left = c.count('bars'); left > 0; left--)
        c.take([...t('date'), ...f('open high low close volume average'), ...i('barCount')]);
    },
  ],
  [
    21,
    fixed([
      ...i('id reqId tickType tickAttrib'),
      ...f('impliedVol delta optPrice pvDividend gamma vega theta undPrice'),
    ]),
  ],
  [45, fixed([...i('id version reqId tickType'), ...f('value')])],
  [46, fixed([...i('id version reqId tickType'), ...t('value')])],
  [49, fixed(i('id version time'))],
  [52, fixed(i('id version reqId'))],
  [53, fixed(i('id version'))],
  [54, fixed([...i('id version'), ...t('account')])],
  [55, fixed(i('id version reqId'))],
  [57, fixed(i('id version reqId'))],
  [58, fixed(i('id version reqId type'))],
  [
    59,
    fixed([
      ...i('id version'),
      ...t('execId'),
      ...f('commission'),
      ...t('currency'),
      ...f('realizedPNL yield'),
      ...ei('yieldRedemptionDate'),
    ]),
  ],
  [61, fixed([...i('id version'), ...t('account'), ...contract, ...f('position avgCost')])],
  [62, fixed(i('id version'))],
  [63, fixed([...i('id version reqId'), ...t('account tag value currency')])],
  [64, fixed(i('id version reqId'))],
  [71, fixed([...i('id version reqId'), ...t('account'), ...contract, ...f('position avgCost'), ...t('modelCode')])],
  [72, fixed(i('id version reqId'))],
  [73, fixed([...i('id version reqId'), ...t('account modelCode key value currency')])],
  [74, fixed(i('id version reqId'))],
  [
    75,
    (c) => {
      c.take([...i('id reqId'), ...t('exchange'), ...i('underlyingConId'), ...t('tradingClass multiplier')]);
      for (let left = c.count('expirations'); left > 0; left--) c.take(i('expiration'));
      for (let left = c.count('strikes'); left > 0; left--) c.take(f('strike'));
    },
  ],
  [76, fixed(i('id reqId'))],
  [
    79,
    (c) => {
      c.take(i('id reqId'));
      for (let left = c.count('samples'); left > 0; left--) {
        c.take([...i('conId'), ...t('symbol secType primaryExchange currency')]);
        for (let types = c.count('derivatives'); types > 0; types--) c.take(t('derivative'));
        c.take(t('description issuerId'));
      }
    },
  ],
  [81, fixed([...i('id reqId'), ...f('minTick'), ...t('bboExchange'), ...i('snapshotPermissions')])],
  [90, fixed([...i('id reqId barCount'), ...t('date'), ...f('open close high low average volume')])],
  [
    93,
    (c) => {
      c.take(i('id ruleId'));
      for (let left = c.count('increments'); left > 0; left--) c.take(f('lowEdge increment'));
    },
  ],
  [94, fixed([...i('id reqId'), ...f('dailyPnL unrealizedPnL realizedPnL')])],
  [95, fixed([...i('id reqId'), ...f('position dailyPnL unrealizedPnL realizedPnL value')])],
  [100, fixed(i('id permId clientId orderId'))],
  [101, completedOrder],
  [102, fixed(i('id'))],
]);

/** @throws Error saying which message of which layout does not fit. */
export function checkLayout(fields: readonly string[], version: number): Map<string, string> {
  const layout = LAYOUTS.get(Number(fields[0]));
  if (!layout) throw new Error(`no client expects message ${fields[0]}`);
  const cursor = new Cursor(fields);
  try {
    layout(cursor, version);
    cursor.end();
  } catch (thrown) {
    throw new Error(`message ${fields[0]} at ${version}: ${(thrown as Error).message}\n${fields.join('|')}`, {
      cause: thrown,
    });
  }
  return cursor.seen;
}
