import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose';

/** Signs the pool's tokens (RS256) with a key that is made once per data directory. */
export class TokenSigner {
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  readonly #keyId: string;

  constructor(database: DatabaseSync) {
    database.exec('CREATE TABLE IF NOT EXISTS cognito_signing_key (id INTEGER PRIMARY KEY, pem TEXT NOT NULL) STRICT');
    this.#privateKey = createPrivateKey(readPem(database) ?? createPem(database));
    this.#publicKey = createPublicKey(this.#privateKey);
    this.#keyId = createHash('sha256')
      .update(this.#publicKey.export({ type: 'spki', format: 'der' }))
      .digest('base64url');
  }

  sign(claims: JWTPayload): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: this.#keyId }).sign(this.#privateKey);
  }

  /** The claims of a token of this pool, or undefined when it is forged or over. */
  async verify(token: string, issuer: string, nowMs: number): Promise<JWTPayload | undefined> {
    try {
      const options = { algorithms: ['RS256'], issuer, currentDate: new Date(nowMs) };
      return (await jwtVerify(token, this.#publicKey, options)).payload;
    } catch {
      return undefined;
    }
  }

  publicKeys(): { keys: JWK[] } {
    const jwk = this.#publicKey.export({ format: 'jwk' }) as JWK;
    return { keys: [{ ...jwk, alg: 'RS256', kid: this.#keyId, use: 'sig' }] };
  }
}

function readPem(database: DatabaseSync): string | undefined {
  const row = database.prepare('SELECT pem FROM cognito_signing_key WHERE id = 1').get();
  return row === undefined ? undefined : String(row.pem);
}

function createPem(database: DatabaseSync): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  database.prepare('INSERT INTO cognito_signing_key (id, pem) VALUES (1, ?)').run(pem);
  return pem;
}
