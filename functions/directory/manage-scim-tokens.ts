import { createHash } from 'node:crypto';
import {
  type createScimToken,
  type listScimTokens,
  makeScimTokenId,
  type RouteInput,
  type revokeScimToken,
  type ScimToken,
} from '@afterimage/contracts';
import { type Clock, formatScimCredential, nowIso, type ScimTokenStore } from '@afterimage/core';
import { done, type Outcome, type ReviewerCall, refuse } from '../_runtime/http/route-binding.ts';

export interface ManageScimTokensDependencies {
  tokens: ScimTokenStore;
  scimUrl: string;
  clock: Clock;
}

const secretBytes = 32;
const dayMs = 86_400_000;

export async function showScimTokens({
  tokens,
  scimUrl,
}: ManageScimTokensDependencies): Promise<Outcome<typeof listScimTokens>> {
  return done({ tokens: await tokens.list(), scimUrl });
}

/** Makes the credential, shows it once, and keeps its hash. */
export async function issueScimToken(
  { tokens, clock }: ManageScimTokensDependencies,
  { body }: RouteInput<typeof createScimToken>,
  { caller }: ReviewerCall,
): Promise<Outcome<typeof createScimToken>> {
  const secret = Buffer.from(clock.randomBytes(secretBytes)).toString('base64url');
  const scimToken: ScimToken = {
    scimTokenId: makeScimTokenId(clock),
    name: body.name,
    createdAt: nowIso(clock),
    createdBy: caller.userName,
    expiresAt: new Date(clock.nowMs() + body.validForDays * dayMs).toISOString(),
  };
  await tokens.create(scimToken, createHash('sha256').update(secret).digest('base64'));
  return done({ scimToken, token: formatScimCredential({ scimTokenId: scimToken.scimTokenId, secret }) });
}

export async function revokeToken(
  { tokens }: ManageScimTokensDependencies,
  { params }: RouteInput<typeof revokeScimToken>,
): Promise<Outcome<typeof revokeScimToken>> {
  if (await tokens.revoke(params.scimTokenId)) return done(undefined);
  return refuse('directory-entry-not-found', 'There is no such token. Nothing was changed.');
}
