import { DynamoAuditStore, DynamoEnrolmentTokenStore, KmsManifestSigner, KmsWrappingKey } from '@afterimage/aws';
import { KMSClient } from '@aws-sdk/client-kms';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composeAgentEnrolment() {
  const environment = readEnvironment('agent-enrolment');
  const kms = new KMSClient({});
  return {
    tokens: new DynamoEnrolmentTokenStore(tableNamed(environment.AGENTS_TABLE)),
    audit: new DynamoAuditStore(tableNamed(environment.AUDIT_TABLE), systemClock),
    signer: new KmsManifestSigner(kms, environment.MANIFEST_KEY),
    wrappingKey: new KmsWrappingKey(kms, environment.WRAPPING_KEY),
    clock: systemClock,
  };
}
