import { protocol, type Session } from 'electron';
import { StaticFiles } from './staticFiles.ts';
import { contentSecurityPolicy, isOwnPage, WINDOW_SCHEME } from './windowPolicy.ts';

/** Declares the scheme of the window. Electron takes this only before it is ready. */
export function declareScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: WINDOW_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
  ]);
}

/** Serves the built interface, and nothing else, to `app://legwork`. */
export function serveInterface(session: Session, rendererDir: string): void {
  const files = new StaticFiles(rendererDir);
  session.protocol.handle(WINDOW_SCHEME, (request) => {
    const { pathname } = new URL(request.url);
    const file = isOwnPage(request.url) ? files.read(pathname === '/' ? '/index.html' : pathname) : undefined;
    if (file === undefined || request.method !== 'GET') return new Response(null, { status: 404 });
    return new Response(new Uint8Array(file.body), {
      headers: {
        'content-type': file.contentType,
        'content-security-policy': contentSecurityPolicy(),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
      },
    });
  });
}
