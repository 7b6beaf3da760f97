import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Kernel } from '../../kernel/types.ts';

/** What a person agreed to by signing in: the root of all tokens that come of it. */
export interface Grant {
  username: string;
  clientId: string;
  scopes: string[];
  /** `origin_jti` of the tokens. */
  originId: string;
  authenticatedAtS: number;
}

/** An authorization code's own terms. */
export interface CodeTerms {
  grant: Grant;
  redirectUri: string;
  codeChallenge: string;
  nonce: string | undefined;
}

const codeLifeMs = 5 * 60_000;

/** Codes (in memory: five minutes, one use) and refresh tokens (in the database, by their hash). */
export class GrantStore {
  readonly #kernel: Kernel;
  readonly #codes = new Map<string, CodeTerms & { expiresAtMs: number }>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    kernel.database.exec(
      `CREATE TABLE IF NOT EXISTS cognito_refresh_tokens (
        token_hash TEXT PRIMARY KEY, grant_json TEXT NOT NULL, expires_at_ms INTEGER NOT NULL) STRICT`,
    );
  }

  newGrant(username: string, clientId: string, scopes: string[], authenticatedAtS: number): Grant {
    return { username, clientId, scopes, originId: randomUUID(), authenticatedAtS };
  }

  issueCode(terms: CodeTerms): string {
    const nowMs = this.#kernel.now();
    for (const [old, { expiresAtMs }] of this.#codes) if (expiresAtMs < nowMs) this.#codes.delete(old);
    const code = randomUUID();
    this.#codes.set(code, { ...terms, expiresAtMs: nowMs + codeLifeMs });
    return code;
  }

  /** Takes a code out: whatever comes of it, it works no second time. */
  redeemCode(code: string): CodeTerms | undefined {
    const terms = this.#codes.get(code);
    this.#codes.delete(code);
    return terms && terms.expiresAtMs > this.#kernel.now() ? terms : undefined;
  }

  issueRefreshToken(grant: Grant, lifeSeconds: number): string {
    const token = randomBytes(48).toString('base64url');
    const expiresAtMs = this.#kernel.now() + lifeSeconds * 1000;
    const { database } = this.#kernel;
    database.prepare('DELETE FROM cognito_refresh_tokens WHERE expires_at_ms < ?').run(this.#kernel.now());
    database
      .prepare('INSERT INTO cognito_refresh_tokens (token_hash, grant_json, expires_at_ms) VALUES (?, ?, ?)')
      .run(hashOf(token), JSON.stringify(grant), expiresAtMs);
    return token;
  }

  findRefreshToken(token: string): Grant | undefined {
    const row = this.#kernel.database
      .prepare('SELECT grant_json FROM cognito_refresh_tokens WHERE token_hash = ? AND expires_at_ms > ?')
      .get(hashOf(token), this.#kernel.now());
    return row === undefined ? undefined : (JSON.parse(String(row.grant_json)) as Grant);
  }

  revoke(token: string): void {
    this.#kernel.database.prepare('DELETE FROM cognito_refresh_tokens WHERE token_hash = ?').run(hashOf(token));
  }
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
