import { type AwsService, type Kernel, notImplemented, type ResourceProvider } from '../../kernel/types.ts';
import { jsonError, jsonResponse } from '../../server/json-protocol.ts';
import { readPayload } from '../../server/payload.ts';
import { decrypt, encrypt, generateDataKey, generateDataKeyWithoutPlaintext } from './encryption-operations.ts';
import { describeKey, listAliases } from './key-operations.ts';
import { openKeyStore } from './key-store.ts';
import type { KmsContext, KmsOperation } from './operation.ts';
import { aliasProvider, keyProvider } from './providers.ts';
import { RequestInput } from './request-input.ts';
import { getPublicKey, sign, verify } from './signing-operations.ts';

export interface Kms {
  service: AwsService;
  providers: ResourceProvider[];
}

const requestLimitBytes = 64 * 1024;

const operations: Record<string, KmsOperation> = {
  Decrypt: decrypt,
  DescribeKey: describeKey,
  Encrypt: encrypt,
  GenerateDataKey: generateDataKey,
  GenerateDataKeyWithoutPlaintext: generateDataKeyWithoutPlaintext,
  GetPublicKey: getPublicKey,
  ListAliases: listAliases,
  Sign: sign,
  Verify: verify,
};

/** KMS with its key material in the database: symmetric keys, RSA and P-256. */
export function createKms(kernel: Kernel): Kms {
  const context: KmsContext = { kernel, keys: openKeyStore(kernel.database) };
  return {
    service: {
      signingNames: ['kms'],
      handle: async (request) => {
        const operation = operations[request.action];
        if (operation === undefined) throw notImplemented(`the KMS operation ${request.action}`);
        const input = new RequestInput(await readPayload(request, requestLimitBytes));
        return jsonResponse(operation(context, request, input));
      },
      renderError: jsonError,
    },
    providers: [keyProvider(context), aliasProvider(context)],
  };
}
