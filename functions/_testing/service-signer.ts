import { generateKeyPairSync, sign } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** The key with which a service of the tests signs its manifests and receipts. */
export const serviceSigner = {
  publicKeySpki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
  sign: async (bytes: Uint8Array) => sign('sha256', bytes, privateKey).toString('base64'),
  publicKey: async () => publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
};
