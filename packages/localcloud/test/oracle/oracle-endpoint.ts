export type OracleService = 'dynamodb' | 's3' | 'sqs' | 'kms';

export interface OracleEndpoint {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
}

/** `CONFORMANCE_DYNAMODB=http://…` lets another server than localcloud answer the suite of one service. */
export function variableOf(service: OracleService): string {
  return `CONFORMANCE_${service.toUpperCase()}`;
}

/** How the suite reaches the other server; undefined when localcloud is to answer. */
export function oracleEndpoint(service: OracleService): OracleEndpoint | undefined {
  const endpoint = process.env[variableOf(service)];
  if (endpoint === undefined) return undefined;
  const {
    CONFORMANCE_ACCESS_KEY_ID: accessKeyId = 'conformance',
    CONFORMANCE_SECRET_ACCESS_KEY: secretAccessKey = 'conformance-secret',
  } = process.env;
  return { endpoint, region: 'us-east-1', credentials: { accessKeyId, secretAccessKey }, maxAttempts: 1 };
}
