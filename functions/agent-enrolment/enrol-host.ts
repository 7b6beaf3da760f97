import { createHash, timingSafeEqual } from 'node:crypto';
import { type Agent, type EnrolmentToken, type enrolAgent, makeAgentId, type RouteInput } from '@afterimage/contracts';
import {
  type Clock,
  type EnrolmentTokenStore,
  type ManifestSigner,
  nowIso,
  parseEnrolmentCredential,
  refuseToken,
  type WrappingKey,
  writeCertificatePayload,
} from '@afterimage/core';
import { done, type Outcome, refuse } from '../_runtime/http/route-binding.ts';

export interface EnrolHostDependencies {
  tokens: EnrolmentTokenStore;
  signer: Pick<ManifestSigner, 'sign'>;
  wrappingKey: WrappingKey;
  clock: Clock;
}

type Enrolment = RouteInput<typeof enrolAgent>['body'];

/**
 * Trades one use of an enrolment token for an agent id, a certificate and the key that recordings are wrapped to. A host
 * that did not hear the answer asks again with the same device key, and gets the same answer for nothing.
 */
export async function enrolHost(
  dependencies: EnrolHostDependencies,
  { body }: RouteInput<typeof enrolAgent>,
): Promise<Outcome<typeof enrolAgent>> {
  const { tokens, wrappingKey, clock } = dependencies;
  const token = await findToken(dependencies, body.token);
  if (token === undefined) return refuseEnrolment();
  const agent = await tokens.enrol(await makeAgent(dependencies, body, token));
  if (agent?.state !== 'enrolled') return refuseEnrolment();
  return done({
    agentId: agent.agentId,
    certificate: agent.certificate,
    wrappingKey: { keyId: wrappingKey.keyId, publicKey: await wrappingKey.publicKey() },
    serverTime: nowIso(clock),
  });
}

async function findToken({ tokens, clock }: EnrolHostDependencies, text: string): Promise<EnrolmentToken | undefined> {
  const credential = parseEnrolmentCredential(text);
  if (credential === undefined) return undefined;
  const found = await tokens.find(credential.enrolmentTokenId);
  if (found === undefined || !isSecret(credential.secret, found.secretHash)) return undefined;
  // Whether a use is left is decided when it is spent: a host that spent one before needs none.
  return refuseToken(found.token, clock.nowMs()) === 'expired' ? undefined : found.token;
}

async function makeAgent(
  { signer, clock }: EnrolHostDependencies,
  { hostName, platform, agentVersion, publicKey }: Enrolment,
  { enrolmentTokenId, machineGroup }: EnrolmentToken,
): Promise<Agent> {
  const identity = { agentId: makeAgentId(clock), publicKey, hostName, enrolledAt: nowIso(clock) };
  const payload = writeCertificatePayload(identity);
  return {
    ...identity,
    state: 'enrolled',
    platform,
    agentVersion,
    ...(machineGroup === undefined ? {} : { machineGroup }),
    certificate: { payload, signature: await signer.sign(new TextEncoder().encode(payload)) },
    enrolledWith: enrolmentTokenId,
    recordingCounter: 0,
  };
}

function isSecret(secret: string, secretHash: string): boolean {
  const given = createHash('sha256').update(secret).digest();
  const stored = Buffer.from(secretHash, 'base64');
  return stored.length === given.length && timingSafeEqual(given, stored);
}

/** One answer for every reason: it tells a guesser nothing. */
function refuseEnrolment() {
  return refuse(
    'enrolment-token-invalid',
    'This host was not enrolled. Ask an administrator for a new enrolment token.',
  );
}
