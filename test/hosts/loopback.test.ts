import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startLoopback, type LoopbackHost } from '../../electron/hosts/loopback.ts';
import { quietLog } from '../engine/quietLog.ts';

const folder = mkdtempSync(join(tmpdir(), 'legwork-loopback-'));
const ui = join(folder, 'ui');
const onWindow = () => undefined;
let host: LoopbackHost;

beforeAll(async () => {
  mkdirSync(join(ui, 'assets'), { recursive: true });
  writeFileSync(join(ui, 'index.html'), '<!doctype html><title>Legwork</title>');
  writeFileSync(join(ui, 'assets', 'index-1a2b.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'not for the web');
  host = await startLoopback({ port: 0, rendererDir: ui, onWindow, log: quietLog() });
});
afterAll(async () => {
  await host.close();
  rmSync(folder, { recursive: true });
});

interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** One request with exactly these headers; fetch would not let a test lie about Host. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: host.port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (part: string) => (body += part));
      response.on('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    asked.on('error', reject).end();
  });
}

/** Opens a window as a browser does: the launch address, then the cookie. */
async function signIn(): Promise<string> {
  const launch = new URL(host.launchUrl());
  const answer = await ask(launch.pathname + launch.search);
  return String(answer.headers['set-cookie']).split(';')[0] ?? '';
}

function openSocket(options: { origin?: string; cookie?: string; host?: string; path?: string }): Promise<string> {
  return new Promise((resolve) => {
    const headers: Record<string, string> = {};
    if (options.cookie !== undefined) headers['cookie'] = options.cookie;
    if (options.host !== undefined) headers['host'] = options.host;
    const address = `ws://127.0.0.1:${host.port}${options.path ?? '/rpc'}`;
    const socket = new WebSocket(address, {
      headers,
      ...(options.origin === undefined ? {} : { origin: options.origin }),
    });
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('error', (error) => {
      resolve(error.message);
    });
  });
}

describe('launch token', () => {
  test('is exchanged once for an HttpOnly cookie and leaves the address', async () => {
    const launch = new URL(host.launchUrl());
    const first = await ask(launch.pathname + launch.search);
    expect(first.status).toBe(303);
    expect(first.headers['location']).toBe('/');
    expect(first.headers['set-cookie']).toEqual([expect.stringMatching(/; HttpOnly; SameSite=Strict$/)]);
    const again = await ask(launch.pathname + launch.search);
    expect(again.status).toBe(401);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  test('holds 256 bits and differs from launch to launch', () => {
    const tokens = Array.from({ length: 50 }, () => new URL(host.launchUrl()).searchParams.get('t') ?? '');
    expect(new Set(tokens).size).toBe(50);
    for (const token of tokens) expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  });

  test.each(['', 'x', 'A'.repeat(43), '%00', '../..'])('a wrong token "%s" shows the plain page', async (token) => {
    const answer = await ask(`/?t=${token}`);
    expect(answer.status).toBe(401);
    expect(answer.body).toContain('npm start');
  });

  test('a window that is signed in may follow a used link again', async () => {
    const cookie = await signIn();
    expect((await ask('/?t=used', { cookie })).status).toBe(303);
  });

  test('only the launch key of this launch gets another window', async () => {
    expect((await ask('/launch', {}, 'POST')).status).toBe(401);
    expect((await ask('/launch', { authorization: 'Bearer wrong' }, 'POST')).status).toBe(401);
    const answer = await ask('/launch', { authorization: `Bearer ${host.launchKey}` }, 'POST');
    const given = new URL(answer.body);
    expect((await ask(given.pathname + given.search)).status).toBe(303);
  });
});

describe('pages', () => {
  test('the interface needs a session', async () => {
    expect((await ask('/')).status).toBe(401);
    const answer = await ask('/', { cookie: await signIn() });
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('Legwork');
  });

  test('assets carry their type and may be kept; index may not', async () => {
    const asset = await ask('/assets/index-1a2b.js');
    expect(asset.status).toBe(200);
    expect(asset.headers['content-type']).toContain('text/javascript');
    expect(asset.headers['cache-control']).toContain('immutable');
    expect((await ask('/', { cookie: await signIn() })).headers['cache-control']).toBe('no-store');
  });

  test('every answer carries the security headers', async () => {
    for (const path of ['/', '/assets/index-1a2b.js', '/nothing']) {
      const { headers } = await ask(path);
      expect(headers['content-security-policy']).toContain("default-src 'none'; script-src 'self'");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/..%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/assets/index-1a2b.js%00.html',
    '/secret.txt',
    '/index.html',
    '/__proto__',
  ])('%s finds nothing', async (path) => {
    const answer = await ask(path, { cookie: await signIn() });
    expect(answer.status).toBe(404);
    expect(answer.body).toBe('');
  });

  test('other methods are refused', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await ask('/', {}, method)).status).toBe(405);
  });

  test('an interface that is not built says how to build it', async () => {
    const bare = await startLoopback({ port: 0, rendererDir: join(folder, 'none'), onWindow, log: quietLog() });
    expect(bare.built).toBe(false);
    const launch = await fetch(bare.launchUrl(), { redirect: 'manual' });
    const cookie = launch.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await fetch(bare.origin, { headers: { cookie } });
    expect(page.status).toBe(503);
    expect(await page.text()).toContain('npm run build');
    await bare.close();
  });
});

describe('who may ask', () => {
  test.each(['evil.example', 'localhost:1', '127.0.0.1', '[::1]:80'])('Host %s is refused', async (name) => {
    expect((await ask('/', { host: name })).status).toBe(421);
  });

  test.each(['null', 'http://evil.example', 'http://127.0.0.1:1'])('Origin %s is refused', async (origin) => {
    expect((await ask('/', { origin, cookie: await signIn() })).status).toBe(403);
  });

  test('a WebSocket opens with our Origin, our Host and a session', async () => {
    expect(await openSocket({ origin: host.origin, cookie: await signIn() })).toBe('open');
  });

  test('a WebSocket without all three is refused', async () => {
    const cookie = await signIn();
    const { origin } = host;
    expect(await openSocket({ cookie })).toContain('403');
    expect(await openSocket({ cookie, origin: 'null' })).toContain('403');
    expect(await openSocket({ cookie, origin: 'http://evil.example' })).toContain('403');
    expect(await openSocket({ cookie, origin, host: 'evil.example' })).toContain('421');
    expect(await openSocket({ origin })).toContain('401');
    expect(await openSocket({ origin, cookie: cookie.replace(/=.*/, '=wrong') })).toContain('401');
    expect(await openSocket({ origin, cookie, path: '/else' })).toContain('404');
  });

  test('nothing listens on other addresses of this machine', async () => {
    const refused = await new Promise((resolve) => {
      connect({ host: '127.0.0.2', port: host.port }, () => {
        resolve('connected');
      }).on('error', () => {
        resolve('refused');
      });
    });
    expect(refused).toBe('refused');
  });
});

test('a port in use is named, with what to do', async () => {
  const second = startLoopback({ port: host.port, rendererDir: ui, onWindow, log: quietLog() });
  await expect(second).rejects.toThrow(`Port ${host.port} on 127.0.0.1 is in use by another program. Choose another`);
});

test('an oversized message ends its connection, not the host', async () => {
  const cookie = await signIn();
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}/rpc`, { headers: { cookie }, origin: host.origin });
  const code = await new Promise((resolve) => {
    socket.on('open', () => {
      socket.send('x'.repeat(9 << 20));
    });
    socket.on('error', () => undefined);
    socket.on('close', resolve);
  });
  expect(code).toBe(1009);
  expect((await ask('/')).status).toBe(401);
});
