import type { Kernel } from '../../kernel/types.ts';
import type { Api } from '../api-gateway/api-model.ts';
import { jsonAnswer, type WebRequest, type WebResponse } from '../web/web-exchange.ts';
import { ApiServer } from './api-server.ts';
import type { HttpApiDependencies } from './dependencies.ts';

export type { HttpApiDependencies } from './dependencies.ts';

export interface HttpApi {
  /** Ids of the template's HTTP APIs. */
  apiIds(): string[];
  /** Answers a request to an API's own address; `rawPath` begins with what follows its host name. */
  handle(apiId: string, request: WebRequest): Promise<WebResponse>;
}

export function createHttpApi(
  kernel: Kernel,
  apis: ReadonlyMap<string, Api>,
  dependencies: HttpApiDependencies,
): HttpApi {
  const server = new ApiServer(kernel, dependencies);
  return {
    apiIds: () => [...apis.values()].filter(({ protocol }) => protocol === 'HTTP').map(({ id }) => id),
    handle: async (apiId, request) => {
      const api = apis.get(apiId);
      if (!api) return jsonAnswer(404, { message: 'Not Found' });
      return api.protocol === 'HTTP' ? server.handle(api, request) : unsigned();
    },
  };
}

/** A WebSocket API answers plain requests only to its management API, which are signed. */
function unsigned(): WebResponse {
  const headers = { 'x-amzn-errortype': 'MissingAuthenticationTokenException' };
  return jsonAnswer(403, { message: 'Missing Authentication Token' }, headers);
}
