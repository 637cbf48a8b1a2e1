import { computationAt, valuesAt } from '../core/optionModel.ts';
import type { OptionInstrument } from '../core/instrument.ts';
import type { Computation } from '../core/quote.ts';
import { readContract } from './contractFields.ts';
import { UNKNOWN_CONTRACT } from './contracts.ts';
import { computationFields } from './computationFields.ts';
import type { Connection, MessageFamily, RequestHandler } from './family.ts';
import type { FieldReader } from './fieldReader.ts';
import { ANSWER, REQUEST } from './messageIds.ts';

/** Tick type of a calculation's answer. @source TWS API: "returned via tickOptionComputation with CUST_OPTION_COMPUTATION" */
const CUSTOM_OPTION = 53;
const RETURN_BASED = 0;

/** Implied vol of a given price, and price at a given vol. */
export class CalculationFamily implements MessageFamily {
  readonly handlers: ReadonlyMap<number, RequestHandler>;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.handlers = new Map<number, RequestHandler>([
      [REQUEST.calculateImpliedVol, (request) => this.#calculate(request, 'vol')],
      [REQUEST.calculateOptionPrice, (request) => this.#calculate(request, 'price')],
      [REQUEST.cancelCalculateImpliedVol, () => undefined],
      [REQUEST.cancelCalculateOptionPrice, () => undefined],
    ]);
  }

  #calculate(request: FieldReader, wanted: 'vol' | 'price'): void {
    const { core } = this.#connection;
    request.int();
    const requestId = request.int();
    const [instrument] = core.contracts.find(readContract(request), core.today());
    const given = request.number();
    const spot = request.number();
    if (instrument?.kind !== 'option') return this.#connection.error(requestId, 200, UNKNOWN_CONTRACT);
    if (given === undefined || spot === undefined || !(given > 0) || !(spot > 0)) {
      const message =
        "Error validating request.-'bv' : cause - Price, volatility and underlying price must be positive";
      return this.#connection.error(requestId, 321, message);
    }
    const values = this.#values(instrument, { given, spot, wanted });
    this.#connection.send(
      ...[ANSWER.optionComputation, requestId, CUSTOM_OPTION, RETURN_BASED, ...computationFields(values, given)],
    );
  }

  #values(
    option: OptionInstrument,
    asked: { given: number; spot: number; wanted: 'vol' | 'price' },
  ): Computation | undefined {
    const { core } = this.#connection;
    const state = { ...core.market.state(option.root.underlying, core.now()), spot: asked.spot };
    const market = { state, forward: core.market.forwardFrom(option, state) };
    return asked.wanted === 'vol' ? computationAt(option, asked.given, market) : valuesAt(option, asked.given, market);
  }
}
