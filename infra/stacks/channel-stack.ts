import { Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import { type CfnApi, LogGroupLogDestination, WebSocketApi, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import { acknowledge } from '../constructs/acknowledge.ts';
import { type Grant, ProductFunction } from '../constructs/product-function.ts';
import type { DataStack } from './data-stack.ts';
import { onTable } from './grants.ts';

export interface ChannelStackProps extends StackProps {
  deployment: Deployment;
  data: DataStack;
}

const stageName = 'live';

/** The channel: a WebSocket API over which agents and viewers are told, and the function that knows who is connected. */
export class ChannelStack extends Stack {
  readonly channel: ProductFunction<'channel'>;
  /** What a function needs that posts notices. */
  readonly poster: { environment: { CONNECTIONS_TABLE: string; CHANNEL_MANAGEMENT_URL: string }; grant: Grant };
  /** Where agents and viewers connect. */
  readonly url: string;
  /** What a page needs in its `connect-src`. */
  readonly origin: string;
  readonly #api: WebSocketApi;

  constructor(scope: Construct, id: string, props: ChannelStackProps) {
    super(scope, id, props);
    this.#api = new WebSocketApi(this, 'Channel', { description: 'Tells agents and viewers; carries no pixels' });
    this.origin = this.#api.apiEndpoint;
    this.url = `${this.origin}/${stageName}`;
    this.poster = {
      environment: {
        CONNECTIONS_TABLE: props.data.tables.connections.tableName,
        CHANNEL_MANAGEMENT_URL: `https://${this.#api.apiId}.execute-api.${this.region}.${this.urlSuffix}/${stageName}`,
      },
      grant: this.#postingFromElsewhere(),
    };
    this.channel = this.#createFunction(props);
    this.#createRoutes();
    this.#createStage(props.deployment);
  }

  /** Connections of this stage, to be posted to: not to be asked about, not to be ended. */
  get #connectionsArn(): string {
    const resource = `${this.#api.apiId}/${stageName}/POST/@connections`;
    return this.formatArn({ service: 'execute-api', resource });
  }

  /** As cdk-nag writes the same. */
  get #connectionsFinding(): string {
    const api = this.getLogicalId(this.#api.node.defaultChild as CfnApi);
    return `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<${api}>/${stageName}/POST/@connections`;
  }

  /** Exported by name, so that the grant reads the same in every stack and finding. */
  #postingFromElsewhere(): Grant {
    const name = `${this.stackName}-connections-arn`;
    return posting(this.exportValue(this.#connectionsArn, { name }), name);
  }

  #createFunction({ deployment, data }: ChannelStackProps): ProductFunction<'channel'> {
    return new ProductFunction(this, 'ChannelFunction', {
      logRetentionDays: deployment.logRetentionDays,
      alarmTopic: data.alarmTopic,
      name: 'channel',
      description: 'Lets agents and viewers into the channel, and tells viewers what became of recordings',
      environment: this.poster.environment,
      grants: [
        onTable(data.tables.connections, 'PutItem', 'UpdateItem', 'DeleteItem', 'Query'),
        posting(this.#connectionsArn, this.#connectionsFinding),
      ],
      timeout: Duration.seconds(10),
    });
  }

  #createRoutes(): void {
    for (const routeKey of ['$connect', '$disconnect', '$default']) {
      const route = this.#api.addRoute(routeKey, {
        integration: new WebSocketLambdaIntegration(`Channel${routeKey.slice(1)}`, this.channel.function),
      });
      acknowledge(route, {
        'AwsSolutions-APIG4':
          'A ticket in the address lets in: good once, for a minute, given out by routes that ask who calls. The other routes serve who is in.',
      });
    }
  }

  #createStage(deployment: Deployment): void {
    const accessLog = new LogGroup(this, 'AccessLog', {
      retention: deployment.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new WebSocketStage(this, 'Stage', {
      webSocketApi: this.#api,
      stageName,
      autoDeploy: true,
      throttle: { rateLimit: 500, burstLimit: 1000 },
      // Without the address that was asked for: it holds the ticket.
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLog),
        format: AccessLogFormat.custom(
          JSON.stringify({
            requestId: '$context.requestId',
            requestTime: '$context.requestTime',
            sourceIp: '$context.identity.sourceIp',
            eventType: '$context.eventType',
            routeKey: '$context.routeKey',
            status: '$context.status',
            connectionId: '$context.connectionId',
          }),
        ),
      },
    });
  }
}

function posting(connectionsArn: string, finding: string): Grant {
  return {
    actions: ['execute-api:ManageConnections'],
    resources: [`${connectionsArn}/*`],
    wildcard: {
      finding: `Resource::${finding}/*`,
      reason: 'Connections come and go; only posting to those of this one stage is allowed.',
    },
  };
}
