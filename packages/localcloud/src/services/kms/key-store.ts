import { createPrivateKey, generateKeyPair, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { accountId, region } from '../../kernel/types.ts';
import { notFound } from './errors.ts';
import { type KeySpec, type KeyUsage, rsaBits } from './key-specs.ts';
import { createTables } from './schema.ts';

export interface KmsKey {
  keyId: string;
  arn: string;
  createdMs: number;
  spec: KeySpec;
  usage: KeyUsage;
  isEnabled: boolean;
  description: string;
  policy: unknown;
  material: Uint8Array;
}

export interface KeyDefinition {
  owner: string;
  spec: KeySpec;
  usage: KeyUsage;
  isEnabled: boolean;
  description: string;
  policy: unknown;
}

export interface KmsAlias {
  name: string;
  keyId: string;
  createdMs: number;
}

const arnPrefix = `arn:aws:kms:${region}:${accountId}:`;
const makeKeyPair = promisify(generateKeyPair);

/** Keys and aliases. Keys are few: read from the table when asked for, with their parsed private keys kept. */
export class KeyStore {
  readonly #find: StatementSync;
  readonly #findByOwner: StatementSync;
  readonly #put: StatementSync;
  readonly #findAlias: StatementSync;
  readonly #putAlias: StatementSync;
  readonly #aliases: StatementSync;
  readonly #keys = new Map<string, KmsKey>();
  readonly #privateKeys = new Map<string, KeyObject>();

  constructor(database: DatabaseSync) {
    this.#find = database.prepare('SELECT * FROM kms_key WHERE key_id = ?');
    this.#findByOwner = database.prepare('SELECT * FROM kms_key WHERE owner = ?');
    this.#put = database.prepare(
      `INSERT INTO kms_key (key_id, owner, created_ms, spec, usage, is_enabled, description, policy, material)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (key_id) DO UPDATE SET is_enabled = excluded.is_enabled, description = excluded.description,
         policy = excluded.policy`,
    );
    this.#findAlias = database.prepare('SELECT * FROM kms_alias WHERE name = ?');
    this.#putAlias = database.prepare(
      `INSERT INTO kms_alias (name, key_id, created_ms) VALUES (?, ?, ?)
       ON CONFLICT (name) DO UPDATE SET key_id = excluded.key_id`,
    );
    this.#aliases = database.prepare('SELECT * FROM kms_alias ORDER BY name');
  }

  /**
   * Finds a key by id, key ARN, alias or alias ARN.
   * @throws AwsError `NotFoundException`
   */
  require(reference: string): KmsKey {
    const local = reference.startsWith(arnPrefix) ? reference.slice(arnPrefix.length) : reference;
    const alias = local.startsWith('alias/') ? this.#findAlias.get(local) : undefined;
    if (local.startsWith('alias/') && alias === undefined) throw notFound(`Alias ${arnPrefix}${local} is not found.`);
    const keyId = alias === undefined ? local.replace(/^key\//, '') : String(alias.key_id);
    const key = this.#load(keyId);
    if (key === undefined) throw notFound(`Key '${arnPrefix}key/${keyId}' does not exist`);
    return key;
  }

  /** Makes or updates a resource's key. The material is made once; spec and usage of a key never change. */
  async define(definition: KeyDefinition, nowMs: number): Promise<KmsKey> {
    const row = this.#findByOwner.get(definition.owner);
    const existing = row === undefined ? undefined : parseKey(row);
    if (existing !== undefined && (existing.spec !== definition.spec || existing.usage !== definition.usage)) {
      throw new Error(`${definition.owner}: KeySpec and KeyUsage of a key cannot be changed`);
    }
    const keyId = existing?.keyId ?? randomUUID();
    const createdMs = existing?.createdMs ?? nowMs;
    const material = existing?.material ?? (await makeMaterial(definition.spec));
    const { owner, spec, usage, isEnabled, description, policy } = definition;
    this.#put.run(
      keyId,
      owner,
      createdMs,
      spec,
      usage,
      isEnabled ? 1 : 0,
      description,
      JSON.stringify(policy),
      material,
    );
    const key: KmsKey = {
      keyId,
      arn: `${arnPrefix}key/${keyId}`,
      createdMs,
      spec,
      usage,
      isEnabled,
      description,
      policy,
      material,
    };
    this.#keys.set(keyId, key);
    return key;
  }

  defineAlias(name: string, keyId: string, nowMs: number): void {
    this.#putAlias.run(name, keyId, nowMs);
  }

  aliases(): KmsAlias[] {
    return this.#aliases.all().map((row) => ({
      name: String(row.name),
      keyId: String(row.key_id),
      createdMs: Number(row.created_ms),
    }));
  }

  privateKey(key: KmsKey): KeyObject {
    const known = this.#privateKeys.get(key.keyId);
    if (known !== undefined) return known;
    const parsed = createPrivateKey({ key: Buffer.from(key.material), format: 'der', type: 'pkcs8' });
    this.#privateKeys.set(key.keyId, parsed);
    return parsed;
  }

  #load(keyId: string): KmsKey | undefined {
    const known = this.#keys.get(keyId);
    if (known !== undefined) return known;
    const row = this.#find.get(keyId);
    if (row === undefined) return undefined;
    const key = parseKey(row);
    this.#keys.set(keyId, key);
    return key;
  }
}

const openStores = new WeakMap<DatabaseSync, KeyStore>();

/** The one store of a database, so that KMS and the services that ask for rights to keys see the same keys. */
export function openKeyStore(database: DatabaseSync): KeyStore {
  const open = openStores.get(database);
  if (open !== undefined) return open;
  createTables(database);
  const store = new KeyStore(database);
  openStores.set(database, store);
  return store;
}

async function makeMaterial(spec: KeySpec): Promise<Uint8Array> {
  if (spec === 'SYMMETRIC_DEFAULT') return randomBytes(32);
  const { privateKey } =
    spec === 'ECC_NIST_P256'
      ? await makeKeyPair('ec', { namedCurve: 'P-256' })
      : await makeKeyPair('rsa', { modulusLength: rsaBits(spec) });
  return privateKey.export({ format: 'der', type: 'pkcs8' });
}

function parseKey(row: Record<string, SQLOutputValue>): KmsKey {
  const keyId = String(row.key_id);
  return {
    keyId,
    arn: `${arnPrefix}key/${keyId}`,
    createdMs: Number(row.created_ms),
    spec: row.spec as KeySpec,
    usage: row.usage as KeyUsage,
    isEnabled: row.is_enabled === 1,
    description: String(row.description),
    policy: JSON.parse(String(row.policy)) as unknown,
    material: row.material as Uint8Array,
  };
}
