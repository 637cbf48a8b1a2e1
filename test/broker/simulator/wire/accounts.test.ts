import { describe, expect, test } from 'vitest';
import { simulatedDay } from '../day.ts';
import { contract, placeOrder } from '../rawClient.ts';

/** How TWS writes "no value" for a double. @source TWS API, P&L */
const UNSET = '1.7976931348623157E308';

describe('every request about an account is answered', () => {
  test.each([
    ['positions of a model', [74, 1, 9, 'U999', '']],
    ['account updates of a model', [76, 1, 9, 'U999', '', 1]],
    ['profit and loss', [92, 9, 'U999', '']],
    ['profit and loss of a position', [94, 9, 'U999', '', 1]],
  ])('%s of an unknown account: 321', async (_name, request) => {
    const day = await simulatedDay();
    const client = await day.client();
    client.clear();
    client.send(...request);
    await day.pass(5000);
    expect(client.errors().map(([id, code]) => [id, code])).toEqual([[9, 321]]);
    expect(client.messages).toHaveLength(1);
  });

  test('profit and loss of what is not held is unset, and has values once it is', async () => {
    const day = await simulatedDay();
    const client = await day.client();
    const conId = day.option('SPY', '20231020', 'P', 570);
    client.send(94, 9, 'SIM0000001', '', conId);
    await day.pass(250);
    expect(client.of(95)).toEqual([['95', '9', '0', UNSET, UNSET, UNSET, UNSET]]);
    client.send(...placeOrder({ orderId: 1, contract: contract({ conId }), type: 'MKT' }));
    await day.pass(3000);
    const [, , quantity, ...values] = client.of(95).at(-1) ?? [];
    expect(quantity).toBe('1');
    expect(values).not.toContain(UNSET);
  });
});
