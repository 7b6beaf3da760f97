import type { RoleCredentials, RootCredentials } from './auth/credentials.ts';
import { roleNameOf } from './auth/credentials.ts';
import type { RoleRegistry } from './auth/role-registry.ts';
import { createFaultEndpoint, type KillCount } from './faults/fault-endpoint.ts';
import { readMeta, writeMeta } from './kernel/database.ts';
import { createLocalKernel, type LocalKernel, writeCredentialsFile } from './kernel/local-kernel.ts';
import type { AwsService, Kernel, ResourceProvider } from './kernel/types.ts';
import { createDispatcher } from './server/dispatch.ts';
import { createFrontDoor } from './server/front-door.ts';
import type { HttpHandler, HttpListener, UpgradeHandler } from './server/http-listener.ts';
import { LateHandler } from './server/late-handler.ts';
import { listenOnPreferredPort } from './server/preferred-port.ts';
import { type ProvisionProgress, provisionAssembly, type StackOutputs } from './template/provision.ts';

export interface LocalCloudOptions {
  /** The synthesized app, `cdk.out`. */
  assemblyDirectory: string;
  /** Everything that lasts: the database, objects, logs, `credentials.json`. */
  dataDirectory: string;
  host?: string;
  /** Absent or 0: last time's port if it is free, else a free one. */
  port?: number;
  /** People who can sign in at the OIDC issuer; offered by name on its page. */
  demoUsers?: readonly DemoUser[];
  log?: Kernel['log'];
  onProgress?: (progress: ProvisionProgress) => void;
  /** Serves `/_localcloud/faults`, by which the operator makes parts of it fail. For tests of what is built on it. */
  allowFaults?: boolean;
}

export interface LocalCloud {
  endpoint: string;
  port: number;
  rootCredentials: RootCredentials;
  outputs: StackOutputs;
  /** Ends all work and closes the data directory; what was acknowledged is there at the next start. */
  stop(): Promise<void>;
}

/** What the services are built on. */
export interface Platform {
  kernel: Kernel;
  roles: RoleRegistry;
  /** `http://HOST:PORT` */
  endpoint: string;
  demoUsers: readonly DemoUser[];
  /** Errors: the role does not exist, or its trust policy does not let the Lambda service assume it. */
  credentialsForRole(roleArn: string, sessionName: string): RoleCredentials;
  /** Errors: the role does not exist, or its trust policy does not let the service (`scheduler.amazonaws.com`) assume it. */
  assertAssumable(roleArn: string, service: string, sourceArn: string): void;
}

/** Someone who can sign in without being registered first. */
export interface DemoUser {
  username: string;
  password: string;
  name: string;
  email: string;
  groups: string[];
}

/** The services of one localcloud, wired together. */
export interface Composition {
  services: AwsService[];
  providers: ResourceProvider[];
  hasBucket(name: string): boolean;
  web: HttpHandler;
  /** Opens WebSockets; without it requests for one are served as plain requests. */
  upgrade?: UpgradeHandler;
  /** Ends execution environments of functions whose name contains the text. */
  killFunctions?: (functions: string) => Promise<KillCount>;
  /** Begins background work; called once everything is provisioned. */
  start(): void;
  close(): Promise<void>;
}

const defaultHost = '127.0.0.1';
const stopGraceMs = 2_000;

/** Starts a localcloud of the services that `compose` builds. Errors: port or data directory in use, bad template. */
export async function startWith(
  compose: (platform: Platform) => Composition,
  options: LocalCloudOptions,
): Promise<LocalCloud> {
  const local = createLocalKernel(options.dataDirectory, options.log ?? (() => {}));
  const door = new LateHandler(local.kernel);
  const listener = await listenForLocal(local, door, options).catch((error: unknown) => {
    local.close();
    throw error;
  });
  const { port } = listener;
  const endpoint = `http://${options.host ?? defaultHost}:${port}`;
  writeMeta(local.kernel.database, 'port', String(port));
  writeCredentialsFile(options.dataDirectory, local.credentials.root, endpoint);
  const composition = compose(platformOf(local, endpoint, options.demoUsers ?? []));
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= closeAll(local, listener, composition);
    return stopped;
  };
  try {
    const outputs = await provision(options, local, composition, endpoint);
    door.open(createHandler(local, composition, outputs, options.allowFaults === true), composition.upgrade);
    composition.start();
    return { endpoint, port, rootCredentials: local.credentials.root, outputs, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listenForLocal(local: LocalKernel, door: LateHandler, options: LocalCloudOptions): Promise<HttpListener> {
  const lastPort = Number(readMeta(local.kernel.database, 'port') ?? 0) || undefined;
  const host = options.host ?? defaultHost;
  return listenOnPreferredPort(door.handle, host, options.port ?? 0, lastPort, door.upgrade);
}

async function closeAll(local: LocalKernel, listener: HttpListener, composition: Composition): Promise<void> {
  const closed = listener.close(stopGraceMs);
  await Promise.all(composition.services.map((service) => service.close?.()));
  await composition.close();
  await closed;
  local.close();
}

async function provision(
  options: LocalCloudOptions,
  local: LocalKernel,
  { providers }: Composition,
  endpoint: string,
): Promise<StackOutputs> {
  const { assemblyDirectory, onProgress } = options;
  const request = { assemblyDirectory, endpoint, providers, kernel: local.kernel };
  const { outputs, unjudgedRoles } = await provisionAssembly(onProgress ? { ...request, onProgress } : request);
  for (const role of unjudgedRoles) local.authorizer.ledger.leaveOut(role);
  return outputs;
}

function createHandler(
  local: LocalKernel,
  composition: Composition,
  outputs: StackOutputs,
  allowFaults: boolean,
): HttpHandler {
  const { authorizer } = local;
  const { faults: plan } = local.kernel;
  const { killFunctions = async () => ({ killed: 0, midInvocation: 0 }) } = composition;
  const secret = local.credentials.root.secretAccessKey;
  return createDispatcher({
    door: createFrontDoor(local.kernel, local.credentials, composition.services),
    hasBucket: (name) => composition.hasBucket(name),
    web: composition.web,
    faults: allowFaults ? createFaultEndpoint({ plan, secret, killFunctions }) : undefined,
    ownPages: {
      health: () => ({ status: 'ok', outputs }),
      usage: () => local.kernel.usage.report(),
      permissions: () => authorizer.ledger.report(authorizer.roles.all()),
    },
  });
}

function platformOf(
  { kernel, authorizer, credentials }: LocalKernel,
  endpoint: string,
  demoUsers: readonly DemoUser[],
): Platform {
  return {
    kernel,
    roles: authorizer.roles,
    endpoint,
    demoUsers,
    assertAssumable(roleArn, service, sourceArn) {
      authorizer.assertAssumable(roleNameOf(roleArn), service, sourceArn);
    },
    credentialsForRole(roleArn, sessionName) {
      authorizer.assertAssumable(roleNameOf(roleArn), 'lambda.amazonaws.com');
      return credentials.credentialsForRole(roleArn, sessionName);
    },
  };
}
