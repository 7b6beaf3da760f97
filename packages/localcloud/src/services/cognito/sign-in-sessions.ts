import { randomBytes } from 'node:crypto';

export interface SignInSession {
  username: string;
  authenticatedAtS: number;
}

const lifeMs = 60 * 60_000;
const cookieName = 'sign-in';

/** Who is signed in at the issuer, by cookie, for an hour; a restart signs everybody out here, not in the product. */
export class SignInSessions {
  readonly #now: () => number;
  readonly #sessions = new Map<string, SignInSession & { expiresAtMs: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Returns the `Set-Cookie` value. */
  begin(username: string): { session: SignInSession; cookie: string } {
    const id = randomBytes(24).toString('base64url');
    const nowMs = this.#now();
    for (const [old, { expiresAtMs }] of this.#sessions) if (expiresAtMs < nowMs) this.#sessions.delete(old);
    const session = { username, authenticatedAtS: Math.floor(nowMs / 1000) };
    this.#sessions.set(id, { ...session, expiresAtMs: nowMs + lifeMs });
    return { session, cookie: `${cookieName}=${id}; Path=/oidc; HttpOnly; SameSite=Lax` };
  }

  find(cookieHeader: string | undefined): SignInSession | undefined {
    const session = this.#sessions.get(sessionIdOf(cookieHeader));
    return session && session.expiresAtMs > this.#now() ? session : undefined;
  }

  /** Returns the `Set-Cookie` value that clears the cookie. */
  end(cookieHeader: string | undefined): string {
    this.#sessions.delete(sessionIdOf(cookieHeader));
    return `${cookieName}=; Path=/oidc; HttpOnly; SameSite=Lax; Max-Age=0`;
  }
}

function sessionIdOf(cookieHeader = ''): string {
  return new RegExp(`(?:^|; *)${cookieName}=([^;]+)`).exec(cookieHeader)?.[1] ?? '';
}
