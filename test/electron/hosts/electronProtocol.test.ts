import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Session } from 'electron';
import { afterAll, expect, test, vi } from 'vitest';
import { contentSecurityPolicy } from '../../../electron/hosts/windowPolicy.ts';

vi.mock('electron', () => ({ protocol: {} }));
const { serveInterface } = await import('../../../electron/hosts/electronProtocol.ts');

const folder = mkdtempSync(join(tmpdir(), 'legwork-interface-'));
mkdirSync(join(folder, 'out/assets'), { recursive: true });
writeFileSync(join(folder, 'out/index.html'), '<!doctype html>');
writeFileSync(join(folder, 'out/assets/desk.js'), 'export {};');
writeFileSync(join(folder, 'secret.txt'), 'secret');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Handler = (request: Request) => Response;

function interfaceHandler(): Handler {
  let handler: Handler | undefined;
  const protocol = { handle: (_scheme: string, given: Handler) => void (handler = given) };
  serveInterface({ protocol } as unknown as Session, join(folder, 'out'));
  if (handler === undefined) throw new Error('nothing handles app://');
  return handler;
}

/** Only what the handler reads; Node's own Request refuses the scheme's body of rules. */
const asked = (url: string, method = 'GET') => ({ url, method }) as Request;

test('the page comes with the policy that starts from nothing', async () => {
  const response = interfaceHandler()(asked('app://legwork/'));
  expect(await response.text()).toBe('<!doctype html>');
  expect(response.headers.get('content-security-policy')).toBe(contentSecurityPolicy());
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('scripts carry their type, which nosniff insists on', () => {
  const response = interfaceHandler()(asked('app://legwork/assets/desk.js'));
  expect(response.headers.get('content-type')).toContain('javascript');
});

test.each([
  ['app://legwork/../secret.txt'],
  ['app://legwork/..%2fsecret.txt'],
  ['app://legwork/%2e%2e/secret.txt'],
  ['app://evil/index.html'],
  ['app://legwork/none.js'],
])('%s is not served', (url) => {
  expect(interfaceHandler()(asked(url)).status).toBe(404);
});

test('nothing but GET is answered', () => {
  expect(interfaceHandler()(asked('app://legwork/', 'POST')).status).toBe(404);
});
