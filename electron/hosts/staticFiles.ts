import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
};

export interface StaticFile {
  contentType: string;
  body: Buffer;
  /** Built files carry a hash in their name and never change under it. */
  immutable: boolean;
}

/**
 * The built interface. A request path is only ever looked up among the paths of the files that are there; it is never
 * joined to a folder, so no spelling of `..` can leave it.
 */
export class StaticFiles {
  readonly #folder: string;
  /** URL path -> file path */
  #files = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
    this.#list();
  }

  /** True when the interface has been built. */
  get built(): boolean {
    return this.#files.has('/index.html');
  }

  /** @param urlPath As it came, percent-escapes and all; built files need none. */
  read(urlPath: string): StaticFile | undefined {
    if (urlPath === '/index.html' || !this.#files.has(urlPath)) this.#list();
    const file = this.#files.get(urlPath);
    if (file === undefined) return undefined;
    try {
      const contentType = CONTENT_TYPES[extname(file)] ?? 'application/octet-stream';
      return { contentType, body: readFileSync(file), immutable: urlPath.startsWith('/assets/') };
    } catch {
      return undefined; // a rebuild is replacing it
    }
  }

  /** Lists again, since a rebuild changes the hashed names. */
  #list(): void {
    this.#files = new Map();
    let names: string[];
    try {
      names = readdirSync(this.#folder, { recursive: true, encoding: 'utf8' });
    } catch {
      return; // not built yet
    }
    for (const name of names) {
      const file = join(this.#folder, name);
      if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) {
        this.#files.set(`/${name.replaceAll('\\', '/')}`, file);
      }
    }
  }
}
