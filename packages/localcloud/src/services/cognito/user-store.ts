import { randomBytes, randomUUID, scrypt, scryptSync, timingSafeEqual } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import type { DemoUser } from './pool-model.ts';

export interface User {
  /** The subject of every token: a UUID that never changes. */
  sub: string;
  username: string;
  name: string;
  email: string;
  groups: string[];
}

const keyBytes = 32;
const derive = promisify<string, Buffer, number, Buffer>(scrypt);

/** The users of the pool; passwords are kept as `SALT:HASH` (scrypt, base64). */
export class UserStore {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(
      `CREATE TABLE IF NOT EXISTS cognito_users (
        username TEXT PRIMARY KEY, sub TEXT NOT NULL UNIQUE, password_hash TEXT NOT NULL,
        name TEXT NOT NULL, email TEXT NOT NULL, groups TEXT NOT NULL) STRICT`,
    );
  }

  /** Creates or updates a user; the subject stays. */
  put({ username, password, name, email, groups }: DemoUser): void {
    const salt = randomBytes(16);
    const hash = `${salt.toString('base64')}:${scryptSync(password, salt, keyBytes).toString('base64')}`;
    this.#database
      .prepare(
        `INSERT INTO cognito_users (username, sub, password_hash, name, email, groups) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (username) DO UPDATE SET password_hash = excluded.password_hash, name = excluded.name,
           email = excluded.email, groups = excluded.groups`,
      )
      .run(username, randomUUID(), hash, name, email, JSON.stringify(groups));
  }

  find(username: string): User | undefined {
    const row = this.#row(username);
    return row && userOf(row);
  }

  /** Signs in by username or e-mail address. Undefined, after the same time, for a wrong name or password. */
  async verify(usernameOrEmail: string, password: string): Promise<User | undefined> {
    const row = this.#row(usernameOrEmail);
    const [salt = '', hash = ''] = String(row?.password_hash ?? 'AAAA:AAAA').split(':');
    const given = await derive(password, Buffer.from(salt, 'base64'), keyBytes);
    const expected = Buffer.from(hash, 'base64');
    const isRight = expected.length === given.length && timingSafeEqual(given, expected);
    return row && isRight ? userOf(row) : undefined;
  }

  #row(name: string): Record<string, unknown> | undefined {
    return this.#database.prepare('SELECT * FROM cognito_users WHERE username = ? OR email = ?').get(name, name);
  }
}

function userOf(row: Record<string, unknown>): User {
  return {
    sub: String(row.sub),
    username: String(row.username),
    name: String(row.name),
    email: String(row.email),
    groups: JSON.parse(String(row.groups)) as string[],
  };
}
