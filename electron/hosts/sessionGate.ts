import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const SECRET_BYTES = 32;
/** Launch tokens that may wait for their window at one time; the oldest is dropped. */
const MAX_LAUNCHES = 8;

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** 256 random bits as text that fits in a URL. */
export function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}

/** Compares in constant time; the texts may differ in length. */
export function sameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

/**
 * Who may talk to the loopback host. A launch token goes to the window once, in its address, and is exchanged once
 * for a session cookie that page scripts cannot read.
 */
export class SessionGate {
  /** Digests only: a memory dump of this process shows no usable secret. */
  #launches: Buffer[] = [];
  readonly #sessions: Buffer[] = [];
  readonly #cookieName: string;

  /** @param port Cookies ignore ports, so the port is part of the name: two desks on one machine stay apart. */
  constructor(port: number) {
    this.#cookieName = `legwork_${port}`;
  }

  /** A token for one window to be opened. */
  newLaunchToken(): string {
    const token = newSecret();
    this.#launches = [...this.#launches, digest(token)].slice(-MAX_LAUNCHES);
    return token;
  }

  /** Exchanges a launch token, once. @returns the Set-Cookie value, or undefined when the token is not good. */
  redeem(token: string): string | undefined {
    const offered = digest(token);
    const matches = this.#launches.map((known) => timingSafeEqual(known, offered));
    if (!matches.includes(true)) return undefined;
    this.#launches = this.#launches.filter((_, at) => matches[at] !== true);
    const session = newSecret();
    this.#sessions.push(digest(session));
    return `${this.#cookieName}=${session}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** True when the Cookie header carries a session of this launch. */
  accepts(cookieHeader: string | undefined): boolean {
    const prefix = `${this.#cookieName}=`;
    const offered = (cookieHeader ?? '')
      .split(';')
      .map((part) => part.trim())
      .filter((part) => part.startsWith(prefix))
      .map((part) => digest(part.slice(prefix.length)));
    let accepted = false;
    for (const cookie of offered) {
      for (const session of this.#sessions) accepted = timingSafeEqual(session, cookie) || accepted;
    }
    return accepted;
  }
}
