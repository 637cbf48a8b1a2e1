import { expect, test } from 'vitest';
import {
  contentSecurityPolicy,
  isOwnPage,
  mayOpenExternally,
  WEB_PREFERENCES,
} from '../../../electron/hosts/windowPolicy.ts';

const MUST_BE = {
  sandbox: true,
  contextIsolation: true,
  webSecurity: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
};

test('the window has every protection of Electron spelled out', () => {
  expect(WEB_PREFERENCES).toMatchObject(MUST_BE);
  expect(WEB_PREFERENCES).not.toHaveProperty('enableBlinkFeatures');
});

test('the policy starts from nothing and lets only our own scripts run', () => {
  const policy = contentSecurityPolicy(['ws://127.0.0.1:1']).split('; ');
  expect(policy[0]).toBe("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).toContain("connect-src 'self' ws://127.0.0.1:1");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy.filter((part) => part.startsWith('script-src')).join()).not.toMatch(/unsafe|\*|data:|http/);
});

test.each([
  ['app://legwork/', true],
  ['app://legwork/index.html#row', true],
  ['app://legwork.evil.example/', false],
  ['app://evil/', false],
  ['file:///etc/passwd', false],
  ['https://legwork/', false],
  ['javascript:alert(1)', false],
  ['about:blank', false],
  ['', false],
])('own page %j -> %s', (url, own) => expect(isOwnPage(url)).toBe(own));

test.each([
  ['https://www.interactivebrokers.com/en/trading/tws.php', true],
  ['http://www.interactivebrokers.com/', false],
  ['https://www.interactivebrokers.com.evil.example/', false],
  ['https://www.interactivebrokers.com@evil.example/', false],
  ['https://user:word@www.interactivebrokers.com/', false],
  ['https://www.interactivebrokers.com:8443/', false],
  ['file:///C:/Windows/System32/calc.exe', false],
  ['ms-calculator:', false],
  ['not a url', false],
])('opens outside %j -> %s', (url, may) => expect(mayOpenExternally(url)).toBe(may));
