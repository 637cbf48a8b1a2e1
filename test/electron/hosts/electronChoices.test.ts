import { expect, test } from 'vitest';
import { readElectronChoices } from '../../../electron/hosts/electronChoices.ts';

test('nothing given: the simulator, in the usual folder', () => {
  expect(readElectronChoices([])).toEqual({ dataDir: undefined, broker: undefined, clientId: undefined });
});

test('what npm start passes on', () => {
  const argv = ['--broker', '127.0.0.1:4002', '--client-id=0', '--data-dir', '/tmp/desk'];
  expect(readElectronChoices(argv)).toEqual({
    dataDir: '/tmp/desk',
    broker: { host: '127.0.0.1', port: 4002 },
    clientId: 0,
  });
});

test("Chromium's own switches are left alone", () => {
  expect(readElectronChoices(['--no-sandbox', '--force-device-scale-factor=2', '--client-id', '7']).clientId).toBe(7);
});

test.each([
  [['--client-id', 'seven'], '--client-id'],
  [['--client-id', '2147483648'], '--client-id'],
  [['--broker', 'localhost:99999'], '--broker'],
  [['--broker', 'a b'], '--broker'],
])('%j is refused by name', (argv, name) => {
  expect(() => readElectronChoices(argv)).toThrow(name);
});
