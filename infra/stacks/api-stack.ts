import { type FunctionName, type RouteContract, routes } from '@afterimage/contracts';
import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import {
  HttpApi,
  HttpMethod,
  HttpNoneAuthorizer,
  HttpRoute,
  type HttpRouteIntegration,
  HttpRouteKey,
  type IHttpRouteAuthorizer,
  ParameterMapping,
} from 'aws-cdk-lib/aws-apigatewayv2';
import {
  HttpJwtAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration, HttpSqsIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { ProductFunction } from '../constructs/product-function.ts';
import type { ChannelStack } from './channel-stack.ts';
import type { DataStack } from './data-stack.ts';
import { allow, onIndex, onObjects, onTable, readsEncrypted, writesEncrypted } from './grants.ts';
import type { IngestStack } from './ingest-stack.ts';
import type { WebStack } from './web-stack.ts';

export interface ApiStackProps extends StackProps {
  deployment: Deployment;
  data: DataStack;
  channel: ChannelStack;
  ingest: IngestStack;
  web: WebStack;
}

type RouteFunctionName = Extract<
  FunctionName,
  | 'agent-enrolment'
  | 'policy-evaluation'
  | 'session-intake'
  | 'recording-intake'
  | 'catalog'
  | 'playback'
  | 'watching'
  | 'administration'
  | 'directory'
  | 'scim'
  | 'sessions'
  | 'policies'
>;

/** One API Gateway route for each route contract, and the functions behind them. */
export class ApiStack extends Stack {
  readonly #props: ApiStackProps;
  readonly #api: ReturnType<typeof HttpApi.fromHttpApiAttributes>;

  constructor(scope: Construct, id: string, props: ApiStackProps) {
    super(scope, id, props);
    this.#props = props;
    // Imported, so that routes and authorizers belong to this stack and not to the one that owns the API's address.
    this.#api = HttpApi.fromHttpApiAttributes(this, 'Api', {
      httpApiId: props.web.api.apiId,
      apiEndpoint: props.web.api.apiEndpoint,
    });
    const agents = this.#authorizeAgents();
    const reviewers = this.#authorizeReviewers();
    const integrations = this.#createIntegrations();
    for (const route of routes) {
      const construct = new HttpRoute(this, route.operationId, {
        httpApi: this.#api,
        routeKey: HttpRouteKey.with(route.path, HttpMethod[route.method]),
        integration: integrations(route),
        authorizer: { agent: agents, open: new HttpNoneAuthorizer(), roles: reviewers, 'signed-in': reviewers }[
          route.access.kind
        ],
      });
      if (route.access.kind === 'open')
        acknowledge(construct, { 'AwsSolutions-APIG4': `Open because ${route.access.because}.` });
    }
  }

  #authorizeAgents(): IHttpRouteAuthorizer {
    const { tables } = this.#props.data;
    const authorizer = new ProductFunction(this, 'AgentAuthorizer', {
      ...this.#common,
      name: 'agent-authorizer',
      description: 'Believes an agent by the signature of its device key',
      environment: { AGENTS_TABLE: tables.agents.tableName },
      grants: [onTable(tables.agents, 'GetItem', 'PutItem', 'UpdateItem')],
      timeout: Duration.seconds(5),
    });
    return new HttpLambdaAuthorizer('Agents', authorizer.function, {
      responseTypes: [HttpLambdaResponseType.SIMPLE],
      identitySource: ['$request.header.Authorization'],
      // Each token is used once, so an answer must not be reused.
      resultsCacheTtl: Duration.seconds(0),
    });
  }

  #authorizeReviewers(): IHttpRouteAuthorizer {
    const { data, web } = this.#props;
    return new HttpJwtAuthorizer('Reviewers', data.userPool.userPoolProviderUrl, {
      jwtAudience: [web.client.userPoolClientId],
    });
  }

  #createIntegrations(): (route: RouteContract) => HttpRouteIntegration {
    const functions = this.#createFunctions();
    const integrations = new Map<string, HttpRouteIntegration>();
    for (const [name, { function: handler }] of Object.entries(functions)) {
      integrations.set(name, new HttpLambdaIntegration(name, handler));
    }
    const queue = new HttpSqsIntegration('IngestQueue', {
      queue: this.#props.data.ingestQueue.queue,
      parameterMapping: new ParameterMapping()
        .custom('QueueUrl', this.#props.data.ingestQueue.queue.queueUrl)
        // The whole body: a JSON path mapping would be cut at 100 KB.
        .custom('MessageBody', '$request.body'),
    });
    return (route) => {
      if (route.integration.kind === 'queue') return queue;
      const integration = integrations.get(route.integration.name);
      if (integration === undefined) throw new Error(`${route.operationId}: no function ${route.integration.name}`);
      return integration;
    };
  }

  #createFunctions(): Record<RouteFunctionName, ProductFunction<RouteFunctionName>> {
    return {
      'agent-enrolment': this.#agentEnrolment(),
      'policy-evaluation': this.#policyEvaluation(),
      'session-intake': this.#sessionIntake(),
      'recording-intake': this.#recordingIntake(),
      catalog: this.#catalog(),
      playback: this.#playback(),
      watching: this.#watching(),
      administration: this.#administration(),
      directory: this.#directory(),
      scim: this.#scim(),
      sessions: this.#sessions(),
      policies: this.#policies(),
    };
  }

  get #common() {
    const { deployment, data } = this.#props;
    return { logRetentionDays: deployment.logRetentionDays, alarmTopic: data.alarmTopic } as const;
  }

  /** What every function that serves people needs: their roles, and the audit. */
  get #reviewers() {
    const { tables } = this.#props.data;
    return {
      environment: {
        CONFIGURATION_TABLE: tables.configuration.tableName,
        DIRECTORY_TABLE: tables.directory.tableName,
        AUDIT_TABLE: tables.audit.tableName,
        BOOTSTRAP_ADMINISTRATORS_GROUP: this.#props.deployment.administratorsGroup,
      },
      grants: [
        onTable(tables.configuration, 'BatchGetItem'),
        onTable(tables.directory, 'GetItem', 'BatchGetItem'),
        onTable(tables.audit, 'PutItem'),
      ],
    };
  }

  /** Those who show recordings read which of them their caller may see, too. */
  get #viewers() {
    const { environment, grants } = this.#reviewers;
    return { environment, grants: [...grants, onTable(this.#props.data.tables.configuration, 'Query')] };
  }

  #agentEnrolment() {
    const { tables, keys } = this.#props.data;
    return new ProductFunction(this, 'AgentEnrolment', {
      ...this.#common,
      name: 'agent-enrolment',
      description: 'Trades an enrolment token and a device key for an agent id',
      environment: {
        AGENTS_TABLE: tables.agents.tableName,
        AUDIT_TABLE: tables.audit.tableName,
        WRAPPING_KEY: keys.wrapping.keyArn,
        MANIFEST_KEY: keys.manifest.keyArn,
      },
      grants: [
        onTable(tables.agents, 'GetItem', 'PutItem', 'UpdateItem'),
        onTable(tables.audit, 'PutItem'),
        allow(keys.wrapping.keyArn, 'kms:GetPublicKey'),
        allow(keys.manifest.keyArn, 'kms:Sign'),
      ],
    });
  }

  #policyEvaluation() {
    const { tables } = this.#props.data;
    return new ProductFunction(this, 'PolicyEvaluation', {
      ...this.#common,
      name: 'policy-evaluation',
      description: 'Decides whether a session is recorded, and says why',
      environment: {
        AGENTS_TABLE: tables.agents.tableName,
        SESSIONS_TABLE: tables.sessions.tableName,
        CONFIGURATION_TABLE: tables.configuration.tableName,
        DIRECTORY_TABLE: tables.directory.tableName,
      },
      grants: [
        onTable(tables.directory, 'GetItem', 'BatchGetItem'),
        onTable(tables.agents, 'GetItem'),
        onTable(tables.sessions, 'PutItem', 'Query'),
        onTable(tables.configuration, 'GetItem', 'Query'),
      ],
    });
  }

  #sessionIntake() {
    const { sessions, audit } = this.#props.data.tables;
    return new ProductFunction(this, 'SessionIntake', {
      ...this.#common,
      name: 'session-intake',
      description: 'Hears from hosts how their sessions are recorded, and hands out commands',
      environment: { SESSIONS_TABLE: sessions.tableName, AUDIT_TABLE: audit.tableName },
      grants: [
        onTable(sessions, 'GetItem', 'BatchGetItem', 'PutItem', 'Query'),
        onIndex(sessions, 'byActivity'),
        onTable(audit, 'PutItem'),
      ],
    });
  }

  #recordingIntake() {
    const { tables, buckets, objects, keys } = this.#props.data;
    return new ProductFunction(this, 'RecordingIntake', {
      ...this.#common,
      name: 'recording-intake',
      description: 'Begins recordings, signs uploads, and tells agents what is stored',
      environment: {
        AGENTS_TABLE: tables.agents.tableName,
        SESSIONS_TABLE: tables.sessions.tableName,
        RECORDINGS_TABLE: tables.recordings.tableName,
        KEYS_TABLE: tables.keys.tableName,
        AUDIT_TABLE: tables.audit.tableName,
        EVENT_BUS: this.#props.ingest.bus.eventBusName,
        CONNECTIONS_TABLE: tables.connections.tableName,
        CHANNEL_URL: this.#props.channel.url,
        LANDING_BUCKET: buckets.landing.bucketName,
        WRAPPING_KEY: keys.wrapping.keyArn,
      },
      grants: [
        onTable(tables.agents, 'ConditionCheckItem', 'GetItem', 'PutItem', 'UpdateItem'),
        onTable(tables.sessions, 'GetItem', 'Query'),
        onTable(tables.recordings, 'PutItem', 'Query', 'UpdateItem'),
        onTable(tables.keys, 'PutItem'),
        onTable(tables.audit, 'PutItem'),
        onTable(tables.connections, 'GetItem', 'PutItem'),
        // Signed into the agents' uploads.
        onObjects(objects.landing, 'chunks/*', 'PutObject'),
        writesEncrypted(keys.content),
        allow(this.#props.ingest.bus.eventBusArn, 'events:PutEvents'),
      ],
    });
  }

  #catalog() {
    const { deployment, data } = this.#props;
    const { tables, buckets, objects, keys } = data;
    return new ProductFunction(this, 'Catalog', {
      ...this.#common,
      name: 'catalog',
      description: 'Lists and shows recordings, and signs the reading of their bytes',
      environment: {
        ...this.#viewers.environment,
        RECORDINGS_TABLE: tables.recordings.tableName,
        SESSIONS_TABLE: tables.sessions.tableName,
        LANDING_BUCKET: buckets.landing.bucketName,
        RECORDINGS_BUCKET: buckets.recordings.bucketName,
        MANIFEST_KEY: keys.manifest.keyArn,
        RETIRED_MANIFEST_KEYS: JSON.stringify(deployment.retiredManifestKeys),
      },
      grants: [
        ...this.#viewers.grants,
        onTable(tables.recordings, 'GetItem', 'BatchGetItem', 'Query'),
        onTable(tables.sessions, 'Query'),
        onIndex(tables.recordings, 'byMonth'),
        onIndex(tables.recordings, 'byActivity'),
        onObjects(objects.landing, 'chunks/*', 'GetObject'),
        onObjects(objects.recordings, '*', 'GetObject'),
        readsEncrypted(keys.content),
        allow(keys.manifest.keyArn, 'kms:GetPublicKey'),
      ],
      memorySizeMb: 1024,
    });
  }

  #playback() {
    const { tables, keys } = this.#props.data;
    return new ProductFunction(this, 'Playback', {
      ...this.#common,
      name: 'playback',
      description: 'Releases epoch keys, wrapped to the viewer and audited one by one',
      environment: {
        ...this.#viewers.environment,
        RECORDINGS_TABLE: tables.recordings.tableName,
        KEYS_TABLE: tables.keys.tableName,
        WRAPPING_KEY: keys.wrapping.keyArn,
      },
      grants: [
        ...this.#viewers.grants,
        onTable(tables.recordings, 'GetItem', 'PutItem', 'Query'),
        onTable(tables.keys, 'GetItem'),
        allow(keys.wrapping.keyArn, 'kms:Decrypt'),
      ],
      memorySizeMb: 1024,
    });
  }

  #watching() {
    const { deployment, channel, data } = this.#props;
    const { tables } = data;
    return new ProductFunction(this, 'Watching', {
      ...this.#common,
      name: 'watching',
      description: 'Keeps who watches live, and tells hosts whether somebody does',
      environment: {
        ...this.#viewers.environment,
        ...channel.poster.environment,
        CHANNEL_URL: channel.url,
        LIVE_VIEW: deployment.liveView ? 'allowed' : 'forbidden',
        RECORDINGS_TABLE: tables.recordings.tableName,
      },
      grants: [
        ...this.#viewers.grants,
        onTable(tables.recordings, 'GetItem', 'Query'),
        onTable(tables.connections, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        channel.poster.grant,
      ],
      memorySizeMb: 1024,
    });
  }

  #policies() {
    const { tables } = this.#props.data;
    return new ProductFunction(this, 'Policies', {
      ...this.#common,
      name: 'policies',
      description: 'Recording and viewing policies with their versions, notice messages and settings',
      environment: {
        ...this.#reviewers.environment,
        SESSIONS_TABLE: tables.sessions.tableName,
        RECORDINGS_TABLE: tables.recordings.tableName,
      },
      grants: [
        ...this.#reviewers.grants,
        onTable(tables.configuration, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'ConditionCheckItem', 'Query'),
        onTable(tables.sessions, 'BatchGetItem', 'Query'),
        onIndex(tables.sessions, 'byMonth'),
        onTable(tables.recordings, 'GetItem', 'BatchGetItem'),
        onIndex(tables.recordings, 'byMonth'),
      ],
      timeout: Duration.seconds(28),
      memorySizeMb: 1024,
    });
  }

  #sessions() {
    const { channel, data } = this.#props;
    const { sessions, configuration, connections } = data.tables;
    return new ProductFunction(this, 'SessionsFunction', {
      ...this.#common,
      name: 'sessions',
      description: 'Shows sessions, and has hosts start or stop recording them',
      environment: {
        ...this.#reviewers.environment,
        ...channel.poster.environment,
        SESSIONS_TABLE: sessions.tableName,
      },
      grants: [
        ...this.#reviewers.grants,
        onTable(sessions, 'GetItem', 'BatchGetItem', 'PutItem', 'Query'),
        onIndex(sessions, 'byMonth'),
        onIndex(sessions, 'byOwner'),
        onIndex(sessions, 'byActivity'),
        onTable(configuration, 'GetItem', 'Query'),
        onTable(connections, 'GetItem'),
        channel.poster.grant,
      ],
    });
  }

  #directory() {
    const { directory } = this.#props.data.tables;
    return new ProductFunction(this, 'Directory', {
      ...this.#common,
      name: 'directory',
      description: 'People and groups, by CSV and for the console, and the tokens of identity providers',
      environment: { ...this.#reviewers.environment, SCIM_URL: this.#scimUrl },
      grants: [
        ...this.#reviewers.grants,
        onTable(directory, 'PutItem', 'DeleteItem', 'Query'),
        onIndex(directory, 'byName'),
      ],
      memorySizeMb: 1024,
      // An import that outlasts the answer goes on to its end.
      timeout: Duration.minutes(2),
    });
  }

  #scim() {
    const { directory, audit } = this.#props.data.tables;
    return new ProductFunction(this, 'Scim', {
      ...this.#common,
      name: 'scim',
      description: 'Takes people and groups from identity providers',
      environment: {
        DIRECTORY_TABLE: directory.tableName,
        AUDIT_TABLE: audit.tableName,
        SCIM_URL: this.#scimUrl,
      },
      grants: [
        onTable(directory, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        onIndex(directory, 'byName'),
        onTable(audit, 'PutItem'),
      ],
      memorySizeMb: 1024,
    });
  }

  get #scimUrl(): string {
    return `${this.#props.web.address}/scim/v2`;
  }

  #administration() {
    const { data, ingest } = this.#props;
    const queues = { ingest: data.ingestQueue, finalise: ingest.finaliseQueue, erasure: ingest.erasureQueue };
    const described = Object.fromEntries(
      Object.entries(queues).map(([name, { queue, deadLetters }]) => [
        name,
        { url: queue.queueUrl, deadLetterUrl: deadLetters.queueUrl, deadLetterArn: deadLetters.queueArn },
      ]),
    );
    return new ProductFunction(this, 'Administration', {
      ...this.#common,
      name: 'administration',
      description: 'Agents, enrolment tokens, roles and queues',
      environment: {
        ...this.#reviewers.environment,
        AGENTS_TABLE: data.tables.agents.tableName,
        RECORDINGS_TABLE: data.tables.recordings.tableName,
        FINALISE_QUEUE_URL: ingest.finaliseQueue.queue.queueUrl,
        ERASURE_QUEUE_URL: ingest.erasureQueue.queue.queueUrl,
        QUEUES: this.toJsonString(described),
      },
      grants: [
        ...this.#reviewers.grants,
        onTable(data.tables.configuration, 'PutItem', 'DeleteItem', 'Query'),
        onTable(data.tables.agents, 'GetItem', 'PutItem', 'UpdateItem'),
        onIndex(data.tables.agents, 'byKind'),
        onTable(data.tables.recordings, 'PutItem', 'Query'),
        ...Object.values(queues).flatMap(({ queue, deadLetters }) => [
          allow(queue.queueArn, 'sqs:GetQueueAttributes'),
          allow(
            deadLetters.queueArn,
            'sqs:GetQueueAttributes',
            'sqs:StartMessageMoveTask',
            'sqs:ReceiveMessage',
            'sqs:DeleteMessage',
          ),
        ]),
        // A move task sends in the caller's name.
        allow(data.ingestQueue.queue.queueArn, 'sqs:SendMessage'),
        allow(ingest.finaliseQueue.queue.queueArn, 'sqs:SendMessage'),
        allow(ingest.erasureQueue.queue.queueArn, 'sqs:SendMessage'),
      ],
    });
  }
}
