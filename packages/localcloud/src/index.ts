import { composeServices } from './compose-services.ts';
import { type LocalCloud, type LocalCloudOptions, startWith } from './localcloud.ts';

export type { DemoUser, LocalCloud, LocalCloudOptions } from './localcloud.ts';

/**
 * Starts AWS on one machine: provisions the synthesized app and serves it on one port.
 * Errors: the port or data directory is in use; the template holds what localcloud does not understand.
 */
export function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  return startWith(composeServices, options);
}
