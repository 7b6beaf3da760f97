import { accountId, notImplemented, type ResourceProvider, region, type TemplateResource } from '../../kernel/types.ts';
import { stableId } from '../web/stable-id.ts';
import type { Client, Pool } from './pool-model.ts';

type Properties = Record<string, unknown>;

/** The pool that a template has, once it is provisioned. */
export interface PoolHolder {
  pool: Pool | undefined;
}

const byTheDemoUsers = 'the people here are the demo users, made by the operator of this machine';

export function poolProviders(holder: PoolHolder, endpoint: string): ResourceProvider[] {
  return [
    poolProvider(holder, endpoint),
    clientProvider(holder),
    simpleProvider(
      'AWS::Cognito::UserPoolDomain',
      ['Domain', 'UserPoolId'],
      { ManagedLoginVersion: 'the page is localcloud’s own' },
      ({ properties }) => String(properties.Domain),
    ),
    simpleProvider(
      'AWS::Cognito::UserPoolGroup',
      ['GroupName', 'UserPoolId'],
      {
        Description: 'for people',
        Precedence: 'tells roles apart that are not assumed here',
        RoleArn: 'no identity pool here',
      },
      ({ properties }) => String(properties.GroupName),
    ),
    simpleProvider(
      'AWS::Cognito::ManagedLoginBranding',
      ['UserPoolId'],
      Object.fromEntries(
        ['Assets', 'ClientId', 'ReturnMergedResources', 'Settings', 'UseCognitoProvidedValues'].map((name) => [
          name,
          'the page is localcloud’s own',
        ]),
      ),
      ({ stackName, logicalId }) => stableId(stackName, logicalId, 12),
    ),
  ];
}

function poolProvider(holder: PoolHolder, endpoint: string): ResourceProvider {
  return {
    type: 'AWS::Cognito::UserPool',
    understood: [],
    harmless: Object.fromEntries(
      [
        'AccountRecoverySetting',
        'AdminCreateUserConfig',
        'AliasAttributes',
        'AutoVerifiedAttributes',
        'DeletionProtection',
        'DeviceConfiguration',
        'EmailConfiguration',
        'EmailVerificationMessage',
        'EmailVerificationSubject',
        'EnabledMfas',
        'MfaConfiguration',
        'Policies',
        'Schema',
        'SmsAuthenticationMessage',
        'SmsConfiguration',
        'SmsVerificationMessage',
        'UserAttributeUpdateSettings',
        'UserPoolAddOns',
        'UserPoolName',
        'UserPoolTags',
        'UserPoolTier',
        'UsernameAttributes',
        'UsernameConfiguration',
        'VerificationMessageTemplate',
      ].map((name) => [name, byTheDemoUsers]),
    ),
    async provision({ stackName, logicalId }) {
      const id = `${region}_${stableId(stackName, logicalId, 9)}`;
      if (holder.pool && holder.pool.id !== id) throw notImplemented('a second user pool');
      holder.pool ??= { id, issuer: `${endpoint}/oidc/${id}`, clients: new Map() };
      const providerName = `cognito-idp.${region}.amazonaws.com/${id}`;
      return {
        ref: id,
        attributes: {
          Arn: `arn:aws:cognito-idp:${region}:${accountId}:userpool/${id}`,
          ProviderName: providerName,
          ProviderURL: `https://${providerName}`,
          UserPoolId: id,
        },
      };
    },
  };
}

function clientProvider(holder: PoolHolder): ResourceProvider {
  return {
    type: 'AWS::Cognito::UserPoolClient',
    understood: [
      'AccessTokenValidity',
      'AllowedOAuthFlows',
      'AllowedOAuthFlowsUserPoolClient',
      'AllowedOAuthScopes',
      'CallbackURLs',
      'GenerateSecret',
      'IdTokenValidity',
      'LogoutURLs',
      'RefreshTokenValidity',
      'TokenValidityUnits',
      'UserPoolId',
    ],
    harmless: {
      AuthSessionValidity: 'no challenges here',
      ClientName: 'for people',
      DefaultRedirectURI: 'a request must name its redirect address',
      EnableTokenRevocation: 'refresh tokens can always be revoked',
      ExplicitAuthFlows: 'the sign-in page is the one way in; Cognito’s own API is not played',
      PreventUserExistenceErrors: 'the sign-in page never tells',
      ReadAttributes: byTheDemoUsers,
      SupportedIdentityProviders: 'no federation here: the pool’s own users alone',
      WriteAttributes: byTheDemoUsers,
    },
    async provision(resource) {
      const client = readClient(resource);
      holder.pool?.clients.set(client.id, client);
      return { ref: client.id, attributes: { ClientId: client.id } };
    },
  };
}

function readClient({ stackName, logicalId, properties }: TemplateResource): Client {
  if (properties.GenerateSecret === true) throw notImplemented('user pool clients with a secret');
  const flows = list(properties.AllowedOAuthFlows);
  if (flows.some((flow) => flow !== 'code')) throw notImplemented(`the OAuth flows ${flows.join(', ')}`);
  return {
    id: stableId(stackName, logicalId, 26),
    callbackUrls: list(properties.CallbackURLs),
    logoutUrls: list(properties.LogoutURLs),
    scopes: list(properties.AllowedOAuthScopes),
    accessTokenSeconds: validitySeconds(properties, 'AccessToken', 'hours', 1),
    idTokenSeconds: validitySeconds(properties, 'IdToken', 'hours', 1),
    refreshTokenSeconds: validitySeconds(properties, 'RefreshToken', 'days', 30),
  };
}

const secondsPerUnit: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

function validitySeconds(properties: Properties, token: string, defaultUnit: string, defaultAmount: number): number {
  const units = (properties.TokenValidityUnits ?? {}) as Record<string, string>;
  const unit = secondsPerUnit[units[token] ?? defaultUnit] ?? 1;
  const amount = properties[`${token}Validity`];
  return amount === undefined ? defaultAmount * (secondsPerUnit[defaultUnit] ?? 1) : Number(amount) * unit;
}

function simpleProvider(
  type: string,
  understood: string[],
  harmless: Record<string, string>,
  ref: (resource: TemplateResource) => string,
): ResourceProvider {
  return { type, understood, harmless, provision: async (resource) => ({ ref: ref(resource), attributes: {} }) };
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
