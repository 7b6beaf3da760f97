import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Duration, Fn, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import {
  AllowedMethods,
  CachePolicy,
  Distribution,
  Function as EdgeFunction,
  FunctionCode,
  FunctionEventType,
  FunctionRuntime,
  HeadersFrameOption,
  HeadersReferrerPolicy,
  HttpVersion,
  OriginRequestPolicy,
  ResponseHeadersPolicy,
  SecurityPolicyProtocol,
  ViewerProtocolPolicy,
} from 'aws-cdk-lib/aws-cloudfront';
import { HttpOrigin, S3BucketOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { OAuthScope, UserPoolClient, UserPoolClientIdentityProvider, UserPoolDomain } from 'aws-cdk-lib/aws-cognito';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { BlockPublicAccess, Bucket, BucketEncryption, type CfnBucket } from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, CacheControl, Source } from 'aws-cdk-lib/aws-s3-deployment';
import type { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import type { ChannelStack } from './channel-stack.ts';
import type { DataStack } from './data-stack.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Where the operators' command line waits for the sign-in to come back. */
export const commandLineCallback = 'http://localhost:8976/callback';

export interface WebStackProps extends StackProps {
  deployment: Deployment;
  data: DataStack;
  channel: ChannelStack;
}

/**
 * The front door: one origin for the console and its API (CloudFront over a private bucket and the HTTP API), and the
 * sign-in client that knows its address. The API's routes are added by the api stack.
 */
export class WebStack extends Stack {
  readonly api: HttpApi;
  readonly client: UserPoolClient;
  /** `https://…`, without a slash at its end. */
  readonly address: string;
  readonly #bucket: Bucket;
  readonly #distribution: Distribution;

  constructor(scope: Construct, id: string, props: WebStackProps) {
    super(scope, id, props);
    this.api = this.#createApi(props);
    this.#bucket = this.#createBucket(props);
    this.#distribution = this.#createDistribution(props);
    this.address = `https://${props.deployment.domain?.name ?? this.#distribution.distributionDomainName}`;
    this.client = this.#createClient(props);
    this.#deployConsole(props);
    this.exportValue(this.address, { name: `${props.deployment.name}-console-url` });
  }

  #createApi({ deployment }: WebStackProps): HttpApi {
    const api = new HttpApi(this, 'Api', { description: 'Agents and the console', createDefaultStage: false });
    const accessLog = new LogGroup(this, 'ApiAccessLog', {
      retention: deployment.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'ApiStage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: 2000, burstLimit: 4000 },
      accessLogSettings: { destination: new LogGroupLogDestination(accessLog) },
    });
    return api;
  }

  #createBucket({ data }: WebStackProps): Bucket {
    return new Bucket(this, 'Console', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      versioned: true,
      removalPolicy: RemovalPolicy.DESTROY,
      serverAccessLogsBucket: data.buckets.accessLogs,
      serverAccessLogsPrefix: 'console/',
      lifecycleRules: [{ noncurrentVersionExpiration: Duration.days(30) }],
    });
  }

  #createDistribution(props: WebStackProps): Distribution {
    const apiOrigin = new HttpOrigin(Fn.select(2, Fn.split('/', this.api.apiEndpoint)));
    const apiBehaviour = {
      origin: apiOrigin,
      allowedMethods: AllowedMethods.ALLOW_ALL,
      cachePolicy: CachePolicy.CACHING_DISABLED,
      originRequestPolicy: OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
      viewerProtocolPolicy: ViewerProtocolPolicy.HTTPS_ONLY,
    };
    const distribution = new Distribution(this, 'Distribution', {
      comment: `${props.deployment.name} console`,
      defaultRootObject: 'index.html',
      ...this.#customDomain(props),
      httpVersion: HttpVersion.HTTP2_AND_3,
      minimumProtocolVersion: SecurityPolicyProtocol.TLS_V1_2_2021,
      logBucket: props.data.buckets.accessLogs,
      logFilePrefix: 'cloudfront/',
      defaultBehavior: {
        origin: S3BucketOrigin.withOriginAccessControl(this.#bucket),
        cachePolicy: CachePolicy.CACHING_OPTIMIZED,
        viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
        responseHeadersPolicy: this.#securityHeaders(props),
        functionAssociations: [{ eventType: FunctionEventType.VIEWER_REQUEST, function: this.#pageRouter() }],
      },
      additionalBehaviors: { '/api/*': apiBehaviour, '/agent/*': apiBehaviour, '/scim/*': apiBehaviour },
    });
    acknowledge(distribution, {
      'AwsSolutions-CFR1': 'Where reviewers may sit is the operator’s choice; sign-in is required everywhere.',
      'AwsSolutions-CFR2': 'AWS WAF is paid by rule; docs/runbooks/deploy.md says how to attach a web ACL.',
      'AwsSolutions-CFR4':
        'The default CloudFront certificate fixes the protocol; with a custom domain TLS 1.2 is the least.',
    });
    return distribution;
  }

  #customDomain({ deployment: { domain } }: WebStackProps) {
    if (domain === undefined) return {};
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', domain.certificateArn);
    return { domainNames: [domain.name], certificate };
  }

  /** Pages of the console have no file of their own: whatever has no extension is the app. API paths never come here. */
  #pageRouter(): EdgeFunction {
    return new EdgeFunction(this, 'PageRouter', {
      runtime: FunctionRuntime.JS_2_0,
      comment: 'Serves the app for every page of the console',
      code: FunctionCode.fromInline(
        [
          'function handler(event) {',
          '  var request = event.request;',
          "  if (request.uri.lastIndexOf('.') < request.uri.lastIndexOf('/') + 1) request.uri = '/index.html';",
          '  return request;',
          '}',
        ].join('\n'),
      ),
    });
  }

  #securityHeaders({ data, channel }: WebStackProps): ResponseHeadersPolicy {
    const storage = [data.buckets.landing, data.buckets.recordings].map((b) => `https://${b.bucketRegionalDomainName}`);
    const signIn = [
      `https://cognito-idp.${this.region}.amazonaws.com`,
      `https://*.auth.${this.region}.amazoncognito.com`,
    ];
    const policy = [
      "default-src 'self'",
      "script-src 'self' 'wasm-unsafe-eval'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data: blob:",
      "font-src 'self' data:",
      "worker-src 'self' blob:",
      `connect-src 'self' ${[...storage, ...signIn, channel.origin].join(' ')}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "object-src 'none'",
    ].join('; ');
    return new ResponseHeadersPolicy(this, 'SecurityHeaders', {
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: policy, override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), includeSubdomains: true, override: true },
      },
    });
  }

  #createClient(props: WebStackProps): UserPoolClient {
    const { data, deployment } = props;
    const addresses = [this.address, ...deployment.consoleUrls];
    new UserPoolDomain(this, 'SignIn', {
      userPool: data.userPool,
      cognitoDomain: { domainPrefix: `${deployment.name.toLowerCase()}-${this.account}` },
    });
    return new UserPoolClient(this, 'ConsoleClient', {
      userPool: data.userPool,
      generateSecret: false,
      authFlows: {},
      preventUserExistenceErrors: true,
      accessTokenValidity: Duration.minutes(60),
      idTokenValidity: Duration.minutes(60),
      refreshTokenValidity: Duration.hours(12),
      enableTokenRevocation: true,
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL, OAuthScope.PROFILE],
        callbackUrls: [...addresses.map((address) => `${address}/signed-in`), commandLineCallback],
        logoutUrls: addresses.map((address) => `${address}/signed-out`),
      },
    });
  }

  #deployConsole({ data, deployment }: WebStackProps): void {
    new BucketDeployment(this, 'DeployConsole', {
      destinationBucket: this.#bucket,
      sources: [
        Source.asset(join(repository, '.build', 'web')),
        Source.jsonData('config.json', {
          issuer: data.userPool.userPoolProviderUrl,
          clientId: this.client.userPoolClientId,
          scope: 'openid email profile',
        }),
      ],
      cacheControl: [CacheControl.noCache()],
      distribution: this.#distribution,
      distributionPaths: ['/index.html', '/config.json'],
      prune: true,
      // Without it the deployer's log would be kept for ever.
      logGroup: new LogGroup(this, 'DeployConsoleLog', {
        retention: deployment.logRetentionDays,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    });
    this.#acknowledgeDeployer();
  }

  /** The function behind `BucketDeployment` is CDK's own; it runs while the stack is deployed and never else. */
  #acknowledgeDeployer(): void {
    const deployer = this.node.findAll().find(({ node }) => node.id.startsWith('Custom::CDKBucketDeployment'));
    if (deployer === undefined) throw new Error('aws-cdk-lib names its deployer otherwise now');
    const because = 'CDK’s own deployment function, of which the product can only choose the destination.';
    const wildcards = [
      'Action::s3:GetObject*',
      'Action::s3:GetBucket*',
      'Action::s3:List*',
      'Action::s3:DeleteObject*',
      'Action::s3:Abort*',
      'Resource::*',
      `Resource::<${this.getLogicalId(this.#bucket.node.defaultChild as CfnBucket)}.Arn>/*`,
      'Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-<AWS::Region>/*',
    ];
    acknowledge(deployer, {
      'AwsSolutions-L1': because,
      'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole]':
        because,
      ...Object.fromEntries(wildcards.map((wildcard) => [`AwsSolutions-IAM5[${wildcard}]`, because])),
    });
  }
}
