import type { Agent } from '@afterimage/contracts';
import { canonicalJson } from '@afterimage/recording';

/** What the service attests at enrolment, canonical JSON (RFC 8785): to be signed byte for byte. */
export function writeCertificatePayload(
  agent: Pick<Agent, 'agentId' | 'publicKey' | 'hostName' | 'enrolledAt'>,
): string {
  const { agentId, publicKey, hostName, enrolledAt } = agent;
  return canonicalJson({
    agentId,
    enrolledAt,
    format: 'afterimage-device-certificate',
    hostName,
    publicKey,
    version: 1,
  });
}
