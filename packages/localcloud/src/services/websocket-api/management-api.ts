import {
  AwsError,
  type AwsRequest,
  type AwsResponse,
  type AwsService,
  type Kernel,
  notImplemented,
} from '../../kernel/types.ts';
import { jsonError } from '../../server/json-protocol.ts';
import { readPayload } from '../../server/payload.ts';
import { type Api, executeApiArn } from '../api-gateway/api-model.ts';
import type { Connections } from './connections.ts';
import type { OpenConnection } from './open-connection.ts';

/** Read before it is refused, so that the client hears why. Bytes. */
const readLimitBytes = 10 * 1024 * 1024;

/** `POST`, `GET` and `DELETE` of `/_execute-api/API/STAGE/@connections/ID`, signed for `execute-api`. */
export function createManagementApi(
  kernel: Pick<Kernel, 'authorize'>,
  apis: ReadonlyMap<string, Api>,
  connections: Connections,
  messageLimitBytes: number,
): AwsService {
  return {
    signingNames: ['execute-api'],
    async handle(request) {
      const { api, stageName, connectionId } = placeOf(apis, request);
      const { principal, method } = request;
      const resourceArn = executeApiArn(api.id, stageName, method, '@connections', connectionId);
      kernel.authorize({ principal, action: 'execute-api:ManageConnections', resourceArn });
      const message = method === 'POST' ? await readMessage(request, messageLimitBytes) : '';
      const connection = connections.find(connectionId);
      if (connection?.info.api !== api || connection.info.stage.name !== stageName) throw gone();
      return manage(method, connection, message);
    },
    // Signatures and permissions that other services refuse with 400 are 403 at API Gateway.
    renderError: (error) => ({ ...jsonError(error), status: error.status === 400 ? 403 : error.status }),
  };
}

function placeOf(
  apis: ReadonlyMap<string, Api>,
  { rawPath }: AwsRequest,
): { api: Api; stageName: string; connectionId: string } {
  const match = /^\/_execute-api\/([a-z0-9]+)\/([^/]+)\/(?:@|%40)connections\/([^/]+)$/.exec(rawPath);
  if (!match) throw notImplemented(`signed requests to ${rawPath}`);
  const [, apiId = '', stageName = '', connectionId = ''] = match;
  const api = apis.get(apiId);
  if (api?.protocol !== 'WEBSOCKET') throw new AwsError('ForbiddenException', 403, 'Forbidden');
  return { api, stageName, connectionId: decodeURIComponent(connectionId) };
}

async function manage(method: string, connection: OpenConnection, message: string): Promise<AwsResponse> {
  switch (method) {
    case 'POST':
      await connection.send(message).catch(() => {
        throw gone();
      });
      return { status: 200, body: '' };
    case 'GET':
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(describe(connection)),
      };
    case 'DELETE':
      connection.close('normal');
      return { status: 204 };
    default:
      throw notImplemented(`${method} of a connection`);
  }
}

function describe({ info, lastActiveAtMs }: OpenConnection): Record<string, unknown> {
  return {
    connectedAt: new Date(info.connectedAtMs).toISOString(),
    identity: { sourceIp: info.sourceIp, userAgent: info.userAgent },
    lastActiveAt: new Date(lastActiveAtMs).toISOString(),
  };
}

async function readMessage(request: AwsRequest, limitBytes: number): Promise<string> {
  const body = await readPayload(request, readLimitBytes);
  if (body.length > limitBytes) {
    throw new AwsError('PayloadTooLargeException', 413, `Message exceeds the limit of ${limitBytes} bytes`);
  }
  return body.toString('utf8');
}

function gone(): AwsError {
  return new AwsError('GoneException', 410, 'The connection does not exist any more.');
}
