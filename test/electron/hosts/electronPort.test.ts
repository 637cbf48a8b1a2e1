import { EventEmitter } from 'node:events';
import { beforeEach, expect, test, vi } from 'vitest';

vi.mock('electron', () => ({ ipcMain: new EventEmitter() }));

const { ipcMain } = await import('electron');
const { takePorts } = await import('../../../electron/hosts/electronPort.ts');

beforeEach(() => void ipcMain.removeAllListeners());

const own = { url: 'app://legwork/', parent: null };

test.each([
  ['our own page', own, true],
  ['a frame inside our page', { url: 'app://legwork/', parent: own }, false],
  ['a foreign page', { url: 'https://evil.example/', parent: null }, false],
  ['a page of another host in our scheme', { url: 'app://evil/', parent: null }, false],
  ['a frame that is gone', null, false],
])('%s gets a port: %s', (_name, senderFrame, served) => {
  const onWindow = vi.fn();
  const port = { close: vi.fn() };
  takePorts(onWindow);
  (ipcMain as unknown as EventEmitter).emit('orpc-port', { senderFrame, ports: [port] });
  expect(onWindow.mock.calls).toEqual(served ? [[port]] : []);
  expect(port.close.mock.calls.length).toBe(served ? 0 : 1);
});

test('a message without a port is ignored', () => {
  const onWindow = vi.fn();
  takePorts(onWindow);
  (ipcMain as unknown as EventEmitter).emit('orpc-port', { senderFrame: own, ports: [] });
  expect(onWindow).not.toHaveBeenCalled();
});
