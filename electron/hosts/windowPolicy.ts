/**
 * What the Electron window may do, as data and pure rules, so that tests can read them without Electron.
 * @source https://www.electronjs.org/docs/latest/tutorial/security
 */

/** The window's only origin: our own scheme, so that no file:// rights come with it. */
export const WINDOW_SCHEME = 'app';
export const WINDOW_ORIGIN = `${WINDOW_SCHEME}://legwork`;

/** Message by which the page asks for its port, and the name under which it travels. */
export const PORT_REQUEST = 'orpc-ready';
export const PORT_CHANNEL = 'orpc-port';

/** Every switch is spelled out, also where Electron's default is the same today. */
export const WEB_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  // A trader's screen keeps counting while another window covers it.
  backgroundThrottling: false,
} as const;

/** Pages that links may open in the person's own browser: the broker's guides, nothing else. */
const EXTERNAL_HOSTS: ReadonlySet<string> = new Set([
  'www.interactivebrokers.com',
  'www.ibkrguides.com',
  'www.ibkrcampus.com',
]);

/** @param connect Extra sources that scripts may connect to. */
export function contentSecurityPolicy(connect: readonly string[] = []): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // Svelte transitions and the grid set inline styles; scripts stay strict.
    "style-src 'self' 'unsafe-inline'",
    ['connect-src', "'self'", ...connect].join(' '),
    "img-src 'self' data:",
    "font-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** True for pages of the window itself. Compares parsed parts: `app://legwork.evil` is not ours. */
export function isOwnPage(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === `${WINDOW_SCHEME}:` && parsed.host === 'legwork';
}

/** True when a link may leave for the person's own browser. */
export function mayOpenExternally(url: string): boolean {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:' || parsed.username !== '' || parsed.password !== '') return false;
  return parsed.port === '' && EXTERNAL_HOSTS.has(parsed.hostname);
}
