import { expect, test } from 'vitest';
import { historicalBars } from '../../../../broker/simulator/core/history.ts';
import { simulatedDay } from '../day.ts';

test('the forming day has traded no more than the part of it that has passed', async () => {
  const day = await simulatedDay();
  const { core } = day.simulator;
  const instrument = core.contracts.underlying('SPY');
  if (!instrument) throw new Error('SPY is not listed');
  const volumeUntil = (endMs: number): number => {
    const asked = { instrument, kind: 'TRADES', barMs: 86_400_000, durationMs: 86_400_000, endMs } as const;
    return historicalBars(core.market, asked).at(-1)?.volume ?? NaN;
  };
  const whole = volumeUntil(Date.UTC(2023, 8, 14, 20));
  expect(volumeUntil(Date.UTC(2023, 8, 14, 14, 30)) / whole).toBeCloseTo(1 / 6.5, 4);
});
