import { hostname } from 'node:os';
import { enrolAgent as enrolAgentRoute } from '@afterimage/contracts';
import { agentVersion } from './agent-version.ts';
import { openDataDirectory } from './files/data-directory.ts';
import { loadOrCreateDeviceKey } from './identity/device-key.ts';
import { type Enrolment, enrolmentFile } from './identity/enrolment.ts';
import { type Logger, silentLogger } from './log/logger.ts';
import { systemClock } from './time/clock.ts';
import { ClockOffset } from './transport/clock-offset.ts';
import { ServiceClient } from './transport/service-client.ts';

export interface EnrolOptions {
  readonly serverUrl: string;
  /** As the service showed it once. */
  readonly token: string;
  readonly dataDirectory: string;
  readonly hostName?: string;
  readonly log?: Logger;
}

/** The directory belongs to an enrolled device; enrolling it elsewhere would mix two services' recordings. */
export class AlreadyEnrolledError extends Error {
  constructor(agentId: string, serverUrl: string) {
    super(`this directory is enrolled already, as ${agentId} with ${serverUrl}`);
    this.name = 'AlreadyEnrolledError';
  }
}

/**
 * Makes the device key, trades the token for an agent id and pins the service's wrapping key. The private key never
 * leaves this host.
 *
 * @throws AlreadyEnrolledError, ServiceUnreachableError, ServiceRefusedError (`enrolment-token-invalid`)
 */
export async function enrolAgent(options: EnrolOptions): Promise<Enrolment> {
  const { serverUrl, token, log = silentLogger } = options;
  const directory = await openDataDirectory(options.dataDirectory);
  const file = enrolmentFile(directory.enrolment);
  const existing = await file.read();
  if (existing) throw new AlreadyEnrolledError(existing.agentId, existing.serverUrl);
  const key = await loadOrCreateDeviceKey(directory.deviceKey);
  const client = new ServiceClient({ serverUrl, clock: systemClock, clockOffset: new ClockOffset() });
  const body = {
    token,
    publicKey: key.publicKey.toString('base64'),
    hostName: options.hostName ?? hostname(),
    platform: `${process.platform} ${process.arch}`,
    agentVersion,
  };
  const { agentId, certificate, wrappingKey } = await client.call(enrolAgentRoute, { body });
  const enrolledAt = new Date(systemClock.wallMs()).toISOString();
  const enrolment: Enrolment = { agentId, serverUrl, certificate, wrappingKey, enrolledAt };
  await file.write(enrolment);
  log('info', 'enrolled', { agentId, serverUrl });
  return enrolment;
}

export async function isEnrolled(dataDirectory: string): Promise<boolean> {
  const directory = await openDataDirectory(dataDirectory);
  return (await enrolmentFile(directory.enrolment).read()) !== undefined;
}
