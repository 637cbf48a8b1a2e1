import type { SimulatorCore } from '../core/simulatorCore.ts';
import type { OrderError, OrderLeg, OrderRequest } from '../core/orderTypes.ts';
import { readContract } from './contractFields.ts';
import type { RequestedContract } from './contractFields.ts';
import { UNKNOWN_CONTRACT } from './contracts.ts';
import type { FieldReader } from './fieldReader.ts';

const FA_PROFILE_GONE = 177;
/** Both spellings carry five fields of their own. */
const PEGGED_TO_BENCHMARK: ReadonlySet<string> = new Set(['PEG BENCH', 'PEGBENCH']);

/** @source TWS API message codes */
const INVALID_COMBO: OrderError = { code: 312, message: 'The combo details are invalid.' };

interface LegFields {
  conId: number;
  ratio: number;
  action: string;
  exchange: string;
  openClose: number;
}

/** Message 3 as it came, contracts not yet resolved. */
export interface PlacedOrder {
  orderId: number;
  contract: RequestedContract;
  legs: LegFields[];
  action: string;
  quantity: number;
  orderType: string;
  limitPrice: number | undefined;
  tif: string;
  ocaGroup: string;
  account: string;
  openClose: string;
  orderRef: string;
  transmit: boolean;
  parentId: number;
  outsideRth: boolean;
  whatIf: boolean;
  /** What the order asks for and the simulator would not do; refused rather than ignored. */
  unsupported: string | undefined;
}

/**
 * Message 3. Reads as far as the conditions; what follows does not change what the simulator does with an order.
 * @source ib_async client.py placeOrder, @stoqey/ib encoder.js placeOrder; the fields agree from 176 to 193.
 */
export function readPlacedOrder(request: FieldReader, serverVersion: number): PlacedOrder {
  const orderId = request.int();
  const contract = readContract(request);
  request.skip(2); // secIdType, secId
  const action = request.text().trim().toUpperCase();
  const quantity = request.number() ?? 0;
  const orderType = request.text().trim().toUpperCase();
  const limitPrice = request.number();
  request.number(); // auxPrice
  const tif = request.text().trim().toUpperCase();
  const ocaGroup = request.text();
  const account = request.text().trim();
  const openClose = request.text();
  request.text(); // origin
  const orderRef = request.text();
  const transmit = request.bool();
  const parentId = request.int();
  request.skip(4); // blockOrder, sweepToFill, displaySize, triggerMethod
  const outsideRth = request.bool();
  request.skip(1); // hidden
  const { legs, hasLegPrices } = contract.secType === 'BAG' ? readLegs(request) : { legs: [], hasLegPrices: false };
  const { whatIf, unsupported } = readSpecials(request, { serverVersion, orderType });
  return {
    ...{ orderId, contract, legs, action, quantity, orderType, limitPrice, tif, ocaGroup, account, openClose },
    ...{ orderRef, transmit, parentId, outsideRth, whatIf },
    unsupported: hasLegPrices ? 'price-per-leg' : unsupported,
  };
}

function readLegs(request: FieldReader): { legs: LegFields[]; hasLegPrices: boolean } {
  const legs: LegFields[] = [];
  for (let left = request.count(); left > 0; left--) {
    const conId = request.int();
    const ratio = request.int();
    const action = request.text().trim().toUpperCase();
    const exchange = request.text();
    const openClose = request.int();
    request.skip(3); // shortSaleSlot, designatedLocation, exemptCode
    legs.push({ conId, ratio, action, exchange, openClose });
  }
  const prices = Array.from({ length: request.count() }, () => request.number());
  request.skip(2 * request.count()); // routing parameters
  return { legs, hasLegPrices: prices.some((price) => price !== undefined) };
}

/** Reads on to the conditions, and notes whatever would change how the order trades. */
function readSpecials(
  request: FieldReader,
  { serverVersion, orderType }: { serverVersion: number; orderType: string },
): { whatIf: boolean; unsupported: string | undefined } {
  const asked: string[] = [];
  const note = (name: string, isAsked: boolean): void => void (isAsked && asked.push(name));
  request.skip(1); // sharesAllocation
  note('discretionary', (request.number() ?? 0) > 0);
  note('delayed', request.text() !== ''); // goodAfterTime
  request.skip(4); // goodTillDate, faGroup, faMethod, faPercentage
  if (serverVersion < FA_PROFILE_GONE) request.skip(1);
  request.skip(7); // modelCode, shortSaleSlot, designatedLocation, exemptCode, ocaType, rule80A, settlingFirm
  note('all-or-none', request.bool());
  note('least-quantity', (request.number() ?? 0) > 0);
  request.skip(11); // percentOffset ... overridePercentageConstraints
  request.skip(2); // volatility, volatilityType
  const deltaNeutralOrderType = request.text();
  note('delta-neutral', deltaNeutralOrderType !== '' && deltaNeutralOrderType.toUpperCase() !== 'NONE');
  request.skip(1); // deltaNeutralAuxPrice
  if (deltaNeutralOrderType !== '') request.skip(8);
  request.skip(6); // continuousUpdate, referencePriceType, trailStop, trailingPercent, scaleInit, scaleSubs
  const scaleIncrement = request.number() ?? 0;
  note('scale', scaleIncrement > 0);
  if (scaleIncrement > 0) request.skip(7);
  request.skip(1); // scaleTable
  note('delayed', request.text() !== ''); // activeStartTime
  request.skip(1); // activeStopTime
  const hedgeType = request.text();
  note('hedge', hedgeType !== '');
  if (hedgeType !== '') request.skip(1);
  request.skip(4); // optOutSmartRouting, clearingAccount, clearingIntent, notHeld
  if (request.bool()) request.skip(3); // delta-neutral contract
  const algoStrategy = request.text();
  note('algo', algoStrategy !== '');
  if (algoStrategy !== '') request.skip(2 * request.count());
  request.skip(1); // algoId
  const whatIf = request.bool();
  request.skip(4); // orderMiscOptions, solicited, randomizeSize, randomizePrice
  if (PEGGED_TO_BENCHMARK.has(orderType)) request.skip(5);
  note('conditional', request.count() > 0);
  return { whatIf, unsupported: asked[0] };
}

/** Contracts found, words checked: an order the book understands, or why not. */
export function resolveOrder(core: SimulatorCore, placed: PlacedOrder, clientId: number): OrderRequest | OrderError {
  const invalid = (cause: string): OrderError => ({
    code: 321,
    message: `Error validating request.-'bx' : cause - ${cause}`,
  });
  const { action, orderType, tif, contract } = placed;
  if (action !== 'BUY' && action !== 'SELL') return invalid('Invalid side');
  if (orderType !== 'LMT' && orderType !== 'MKT')
    return { code: 387, message: 'Unsupported order type for this exchange and security type.' };
  if (tif !== '' && tif !== 'DAY' && tif !== 'GTC')
    return invalid(`The simulator takes DAY and GTC orders, not ${tif}`);
  if (placed.unsupported) return invalid(`The simulator takes no ${placed.unsupported} orders`);
  if (placed.ocaGroup !== '') return invalid('The simulator takes no OCA groups');
  if (!Number.isInteger(placed.quantity)) return invalid('Order size must be a whole number');
  if (!contract.exchange) return invalid('Missing order exchange');
  const legs = contract.secType === 'BAG' ? comboLegs(core, placed) : singleLeg(core, placed);
  if (!legs) return { code: 200, message: UNKNOWN_CONTRACT };
  if ('code' in legs) return legs;
  const accounts = core.accounts.accounts();
  const account = placed.account || (accounts.length === 1 ? (accounts[0] ?? '') : '');
  if (!account) return { code: 435, message: 'You must specify an account.' };
  return {
    clientId,
    orderId: placed.orderId,
    account,
    symbol: contract.symbol || symbolOf(legs),
    isCombo: contract.secType === 'BAG',
    exchange: contract.exchange,
    legs,
    action,
    quantity: placed.quantity,
    type: orderType,
    limitPrice: orderType === 'LMT' ? placed.limitPrice : undefined,
    tif: tif === 'GTC' ? 'GTC' : 'DAY',
    orderRef: placed.orderRef,
    openClose: placed.openClose,
    outsideRth: placed.outsideRth,
    transmit: placed.transmit,
    parentId: placed.parentId,
    ocaGroup: placed.ocaGroup,
  };
}

function symbolOf(legs: readonly OrderLeg[]): string {
  const instrument = legs[0]?.instrument;
  if (!instrument) return '';
  return instrument.kind === 'option' ? instrument.root.underlying.listing.symbol : instrument.listing.symbol;
}

function singleLeg(core: SimulatorCore, { contract }: PlacedOrder): OrderLeg[] | OrderError | undefined {
  const found = core.contracts.find(contract, core.today());
  const [instrument] = found;
  if (found.length > 1)
    return { code: 321, message: "Error validating request.-'bx' : cause - The contract description is ambiguous" };
  if (!instrument) return undefined;
  if (instrument.kind === 'underlying' && instrument.listing.secType === 'IND') {
    return { code: 201, message: 'Order rejected - reason:No trading permissions: an index cannot be traded.' };
  }
  return [{ instrument, action: 'BUY', ratio: 1, exchange: contract.exchange, openClose: 0 }];
}

function comboLegs(core: SimulatorCore, { legs }: PlacedOrder): OrderLeg[] | OrderError | undefined {
  if (legs.length === 0) return { code: 321, message: "Error validating request.-'bx' : cause - A combo needs legs" };
  const resolved: OrderLeg[] = [];
  for (const { conId, ratio, action, exchange, openClose } of legs) {
    const instrument = core.contracts.byId(conId, core.today());
    if (!instrument) return undefined;
    if (action !== 'BUY' && action !== 'SELL')
      return { code: 321, message: "Error validating request.-'bx' : cause - Invalid leg side" };
    if (ratio < 1) return INVALID_COMBO;
    resolved.push({ instrument, action, ratio, exchange, openClose });
  }
  if (new Set(legs.map(({ conId }) => conId)).size < legs.length) return INVALID_COMBO;
  return resolved;
}
