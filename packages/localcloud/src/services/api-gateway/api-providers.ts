import { notImplemented, type ResourceProvider, type TemplateResource } from '../../kernel/types.ts';
import { stableId } from '../web/stable-id.ts';
import { type Api, domainName } from './api-model.ts';
import {
  readAuthorizer,
  readCors,
  readIntegration,
  readRoute,
  readRouteSelection,
  readStage,
} from './api-properties.ts';

const forPeople = 'for people';

/** API Gateway's part of a template, for HTTP and WebSocket APIs alike: each resource finds its API in `apis`. */
export function apiProviders(apis: Map<string, Api>): ResourceProvider[] {
  return [
    apiProvider(apis),
    partProvider(
      apis,
      'AWS::ApiGatewayV2::Stage',
      ['AccessLogSettings', 'StageName', 'StageVariables', 'AutoDeploy', 'DeploymentId'],
      {
        DefaultRouteSettings: 'throttling and metrics: one machine is slower than any limit worth setting',
        Description: forPeople,
        RouteSettings: 'throttling and metrics: one machine is slower than any limit worth setting',
        Tags: forPeople,
      },
      (api, properties) => {
        const stage = readStage(properties);
        api.stages.set(stage.name, stage);
        return stage.name;
      },
    ),
    partProvider(
      apis,
      'AWS::ApiGatewayV2::Deployment',
      ['StageName'],
      { Description: forPeople },
      (_api, _properties, id) => id,
    ),
    integrationProvider(apis),
    authorizerProvider(apis),
    routeProvider(apis),
    partProvider(
      apis,
      'AWS::ApiGatewayV2::RouteResponse',
      ['RouteId', 'RouteResponseKey'],
      {},
      (_api, properties, id) => {
        if (properties.RouteResponseKey !== '$default') throw notImplemented('a route response but $default');
        return id;
      },
    ),
  ];
}

function apiProvider(apis: Map<string, Api>): ResourceProvider {
  return {
    type: 'AWS::ApiGatewayV2::Api',
    understood: ['CorsConfiguration', 'ProtocolType', 'RouteSelectionExpression'],
    harmless: {
      Description: forPeople,
      DisableExecuteApiEndpoint: 'the local address stands for every name the API has',
      IpAddressType: 'the one address is on the loopback',
      Name: forPeople,
      Tags: forPeople,
    },
    async provision({ stackName, logicalId, properties }) {
      const { ProtocolType: protocol, RouteSelectionExpression } = properties;
      if (protocol !== 'HTTP' && protocol !== 'WEBSOCKET') throw notImplemented(`the API protocol ${String(protocol)}`);
      const id = stableId(stackName, logicalId, 10);
      apis.set(id, {
        id,
        protocol,
        routeSelection: protocol === 'WEBSOCKET' ? readRouteSelection(RouteSelectionExpression) : [],
        cors: readCors(properties.CorsConfiguration),
        stages: new Map(),
        routes: new Map(),
        integrations: new Map(),
        authorizers: new Map(),
      });
      return {
        ref: id,
        attributes: { ApiId: id, ApiEndpoint: `${protocol === 'HTTP' ? 'https' : 'wss'}://${domainName(id)}` },
      };
    },
  };
}

function integrationProvider(apis: Map<string, Api>): ResourceProvider {
  return partProvider(
    apis,
    'AWS::ApiGatewayV2::Integration',
    [
      'CredentialsArn',
      'IntegrationSubtype',
      'IntegrationType',
      'IntegrationUri',
      'PayloadFormatVersion',
      'RequestParameters',
      'TimeoutInMillis',
    ],
    {
      ConnectionType: 'INTERNET is the one kind for these integrations',
      Description: forPeople,
      IntegrationMethod: 'fixed by the integration',
    },
    (api, properties, id) => {
      api.integrations.set(id, readIntegration(properties, api.protocol));
      return id;
    },
  );
}

function authorizerProvider(apis: Map<string, Api>): ResourceProvider {
  return partProvider(
    apis,
    'AWS::ApiGatewayV2::Authorizer',
    [
      'AuthorizerCredentialsArn',
      'AuthorizerPayloadFormatVersion',
      'AuthorizerResultTtlInSeconds',
      'AuthorizerType',
      'AuthorizerUri',
      'EnableSimpleResponses',
      'IdentitySource',
      'JwtConfiguration',
    ],
    { Name: forPeople },
    (api, properties, id) => {
      api.authorizers.set(id, readAuthorizer(properties, id));
      return id;
    },
  );
}

function routeProvider(apis: Map<string, Api>): ResourceProvider {
  return partProvider(
    apis,
    'AWS::ApiGatewayV2::Route',
    [
      'ApiKeyRequired',
      'AuthorizationScopes',
      'AuthorizationType',
      'AuthorizerId',
      'RouteKey',
      'RouteResponseSelectionExpression',
      'Target',
    ],
    { OperationName: forPeople },
    (api, properties, id) => {
      api.routes.set(id, readRoute(properties, api.protocol));
      return id;
    },
  );
}

/** A resource that belongs to an API by its `ApiId`; `add` returns what `Ref` answers. */
function partProvider(
  apis: Map<string, Api>,
  type: string,
  understood: string[],
  harmless: Record<string, string>,
  add: (api: Api, properties: Record<string, unknown>, id: string) => string,
): ResourceProvider {
  return {
    type,
    understood: ['ApiId', ...understood],
    harmless,
    async provision(resource: TemplateResource) {
      const api = apis.get(String(resource.properties.ApiId));
      if (!api) throw new Error(`${resource.logicalId} belongs to no API of the template`);
      const id = stableId(resource.stackName, resource.logicalId, 7);
      const ref = add(api, resource.properties, id);
      return { ref, attributes: { [`${type.split('::')[2]}Id`]: id } };
    },
  };
}
