import type { Kernel, ResourceProvider } from '../../kernel/types.ts';
import { jsonAnswer, type WebRequest, type WebResponse } from '../web/web-exchange.ts';
import type { Api } from './api-model.ts';
import { apiProviders } from './api-providers.ts';
import { ApiServer } from './api-server.ts';
import type { HttpApiDependencies } from './dependencies.ts';

export type { HttpApiDependencies } from './dependencies.ts';

export interface HttpApi {
  providers: ResourceProvider[];
  /** Ids of the template's HTTP APIs. */
  apiIds(): string[];
  /** Answers a request to an API's own address; `rawPath` begins with what follows its host name. */
  handle(apiId: string, request: WebRequest): Promise<WebResponse>;
}

export function createHttpApi(kernel: Kernel, dependencies: HttpApiDependencies): HttpApi {
  const apis = new Map<string, Api>();
  const server = new ApiServer(kernel, dependencies);
  return {
    providers: apiProviders(apis),
    apiIds: () => [...apis.keys()],
    handle: async (apiId, request) => {
      const api = apis.get(apiId);
      return api ? server.handle(api, request) : jsonAnswer(404, { message: 'Not Found' });
    },
  };
}
