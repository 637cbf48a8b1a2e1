import { expect, test } from 'vitest';
import { SettingsSchema } from '../../../electron/contract/desk.ts';
import { BOOK_LIMITS, DATA_SETTINGS, ORDER_LIMITS } from '../../../renderer/settings/numberSettings.ts';

const base = SettingsSchema.parse({});

test('every limit of the contract can be set in the dialog', () => {
  const named = [...ORDER_LIMITS, ...BOOK_LIMITS].map(({ name }) => name).sort();
  expect(named).toEqual(Object.keys(base.limits).sort());
});

test.each([...ORDER_LIMITS, ...BOOK_LIMITS])('$label: the engine takes both ends and nothing above', (spec) => {
  const put = (value: number) => SettingsSchema.safeParse({ ...base, limits: { ...base.limits, [spec.name]: value } });
  expect([put(spec.least).success, put(spec.most).success, put(spec.most + 1).success]).toEqual([true, true, false]);
});

test.each(DATA_SETTINGS)('$label: the engine takes both ends and nothing beyond', (spec) => {
  const put = (value: number) => SettingsSchema.safeParse({ ...base, [spec.name]: value });
  expect([put(spec.least).success, put(spec.most).success]).toEqual([true, true]);
  expect([put(spec.least - 1).success, put(spec.most + 1).success]).toEqual([false, false]);
});
