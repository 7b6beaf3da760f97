import { describe, expect, test } from '@jest/globals';
import { deploymentSchema } from '../../infra/config/deployment.ts';
import { resourcesOfType } from '../support/assembly.ts';

describe('the channel', () => {
  test('is a WebSocket API whose every event goes to the one function', () => {
    const [api] = resourcesOfType('AWS::ApiGatewayV2::Api').filter(
      ({ properties }) => properties.ProtocolType === 'WEBSOCKET',
    );
    const routes = resourcesOfType('AWS::ApiGatewayV2::Route').filter(({ stack }) => stack === api?.stack);
    expect(routes.map(({ properties }) => properties.RouteKey).sort()).toEqual(['$connect', '$default', '$disconnect']);
  });

  test('logs who connects without the address, which holds a ticket', () => {
    const [stage] = resourcesOfType('AWS::ApiGatewayV2::Stage').filter(
      ({ properties }) => properties.StageName === 'live',
    );
    const settings = stage?.properties.AccessLogSettings as { Format: string } | undefined;
    const format = settings?.Format;
    expect(format).toContain('$context.connectionId');
    expect(format).not.toMatch(/querystring|path|authorizer/i);
  });

  test('is posted to by those who have something to tell, and by nobody else; nobody may ask or end connections', () => {
    const posting = resourcesOfType('AWS::IAM::Policy').flatMap(({ logicalId, properties }) => {
      const { Statement } = properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] };
      return Statement.filter(({ Action }) => JSON.stringify(Action).includes('execute-api')).map(({ Resource }) => ({
        who: logicalId.replace(/Policy.*/, ''),
        resource: JSON.stringify(Resource),
      }));
    });
    const posters = ['ChannelFunction', 'IngestFunction', 'SessionsFunction', 'Watching'];
    expect(posting.map(({ who }) => who).sort()).toEqual(posters);
    for (const { resource } of posting) expect(resource).toMatch(/@connections\/\*|connections-arn/);
  });

  test('may be connected to by the console', () => {
    const [headers] = resourcesOfType('AWS::CloudFront::ResponseHeadersPolicy');
    const policy = JSON.stringify(headers?.properties);
    expect(policy).toMatch(/connect-src 'self'[^;]*Channel[^;]*ApiEndpoint/);
  });
});

test('PLY-005: live view is allowed unless the deployment says otherwise', () => {
  expect(deploymentSchema.parse({}).liveView).toBe(true);
  const [watching] = resourcesOfType('AWS::Lambda::Function').filter(({ logicalId }) =>
    logicalId.startsWith('Watching'),
  );
  expect(watching?.properties.Environment).toMatchObject({ Variables: { LIVE_VIEW: 'allowed' } });
});
