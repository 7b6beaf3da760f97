import { createDynamoClient, readUrlSigningConfiguration, S3UrlSigner } from '@afterimage/aws';

/** One client for each service and each execution environment; the modules below take only what their function needs. */
export const dynamo = createDynamoClient();

export function tableNamed(tableName: string) {
  return { client: dynamo, tableName };
}

export function createUrlSigner(): S3UrlSigner {
  return new S3UrlSigner(readUrlSigningConfiguration(process.env));
}
