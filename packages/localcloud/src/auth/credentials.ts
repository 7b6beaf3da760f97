import { randomBytes, timingSafeEqual } from 'node:crypto';
import { accountId, type Principal } from '../kernel/types.ts';
import { hmac } from './signing.ts';

export interface RootCredentials {
  accessKeyId: string;
  secretAccessKey: string;
}

export interface RoleCredentials extends RootCredentials {
  sessionToken: string;
}

/** A key that was found: who signs with it, and the secret to check the signature by. */
export interface KnownKey {
  principal: Principal;
  secretAccessKey: string;
}

export type KeyLookup = KnownKey | 'unknown-key' | 'invalid-token';

/** What a session token says; the token is its base64url JSON, a dot, and an HMAC over it. */
interface SessionClaims {
  roleArn: string;
  sessionName: string;
  accessKeyId: string;
}

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** An access key id of AWS's form: four letters that name the kind, then sixteen of base32. */
function accessKeyIdFrom(prefix: 'AKIA' | 'ASIA', bytes: Uint8Array): string {
  return prefix + Array.from(bytes.subarray(0, 16), (byte) => base32Alphabet[byte % 32]).join('');
}

export function generateRootCredentials(): RootCredentials {
  return {
    accessKeyId: accessKeyIdFrom('AKIA', randomBytes(16)),
    secretAccessKey: randomBytes(30).toString('base64'),
  };
}

/**
 * The keys that requests may be signed with: the operator's, and one per role and session. Role keys are derived from
 * one master secret and so need no storage: what a function presigned stays valid over a restart, as it does on AWS.
 */
export class CredentialsStore {
  readonly root: RootCredentials;
  readonly #masterSecret: Uint8Array;

  constructor(root: RootCredentials, masterSecret: Uint8Array) {
    this.root = root;
    this.#masterSecret = masterSecret;
  }

  credentialsForRole(roleArn: string, sessionName: string): RoleCredentials {
    const accessKeyId = accessKeyIdFrom('ASIA', hmac(this.#masterSecret, `key\n${roleArn}\n${sessionName}`));
    const claims: SessionClaims = { roleArn, sessionName, accessKeyId };
    const encoded = Buffer.from(JSON.stringify(claims)).toString('base64url');
    return {
      accessKeyId,
      secretAccessKey: this.#roleSecret(accessKeyId),
      sessionToken: `${encoded}.${this.#tokenMac(encoded).toString('base64url')}`,
    };
  }

  find(accessKeyId: string, sessionToken: string | undefined): KeyLookup {
    if (accessKeyId === this.root.accessKeyId) {
      if (sessionToken !== undefined) return 'invalid-token';
      const principal: Principal = { kind: 'root', arn: `arn:aws:iam::${accountId}:root`, accessKeyId };
      return { principal, secretAccessKey: this.root.secretAccessKey };
    }
    if (!accessKeyId.startsWith('ASIA')) return 'unknown-key';
    const claims = sessionToken === undefined ? undefined : this.#readToken(sessionToken);
    if (claims?.accessKeyId !== accessKeyId) return 'invalid-token';
    return { principal: rolePrincipal(claims), secretAccessKey: this.#roleSecret(accessKeyId) };
  }

  #readToken(token: string): SessionClaims | undefined {
    const [encoded = '', mac = ''] = token.split('.');
    const expected = this.#tokenMac(encoded);
    const given = Buffer.from(mac, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    return JSON.parse(Buffer.from(encoded, 'base64url').toString()) as SessionClaims;
  }

  #roleSecret(accessKeyId: string): string {
    return hmac(this.#masterSecret, `secret\n${accessKeyId}`).toString('base64');
  }

  #tokenMac(encoded: string): Buffer {
    return hmac(this.#masterSecret, `token\n${encoded}`);
  }
}

function rolePrincipal(claims: SessionClaims): Principal {
  const roleName = roleNameOf(claims.roleArn);
  return {
    kind: 'role',
    arn: `arn:aws:sts::${accountId}:assumed-role/${roleName}/${claims.sessionName}`,
    accessKeyId: claims.accessKeyId,
    roleName,
    sessionName: claims.sessionName,
  };
}

/** The name at the end of a role's ARN, after its path. */
export function roleNameOf(roleArn: string): string {
  return roleArn.slice(roleArn.lastIndexOf('/') + 1);
}
