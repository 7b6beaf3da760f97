import { createHash, randomUUID } from 'node:crypto';
import { AwsError, accountId, region } from '../../kernel/types.ts';
import type { ApiExchange, Integration } from '../api-gateway/api-model.ts';
import { assumeRole } from '../lambda/role-principal.ts';
import type { WebResponse } from '../web/web-exchange.ts';
import type { HttpApiDependencies } from './dependencies.ts';
import { mapParameter } from './parameter-mapping.ts';

type SendMessageIntegration = Extract<Integration, { kind: 'send-message' }>;

const namespace = 'http://queue.amazonaws.com/doc/2012-11-05/';

/** SQS-SendMessage: the integration's role sends what the parameters map, and SQS's XML answer goes to the caller. */
export async function sendMessage(
  integration: SendMessageIntegration,
  exchange: ApiExchange,
  sendToQueue: HttpApiDependencies['sendToQueue'],
): Promise<WebResponse> {
  const { QueueUrl = '', MessageBody = '' } = integration.parameters;
  const queueUrl = mapParameter(QueueUrl, exchange) ?? '';
  const body = mapParameter(MessageBody, exchange) ?? '';
  try {
    if (body === '') throw new AwsError('MissingParameter', 400, 'The request must contain the parameter MessageBody.');
    const principal = assumeRole(integration.roleArn, 'apigateway');
    const { messageId } = await sendToQueue(queueArnOf(queueUrl), body, principal);
    return xmlAnswer(200, renderResult(messageId, body));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return xmlAnswer(error.status, renderError(error));
  }
}

function queueArnOf(queueUrl: string): string {
  return `arn:aws:sqs:${region}:${accountId}:${queueUrl.slice(queueUrl.lastIndexOf('/') + 1)}`;
}

function xmlAnswer(status: number, xml: string): WebResponse {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0"?>${xml}` };
}

function renderResult(messageId: string, body: string): string {
  const md5 = createHash('md5').update(body).digest('hex');
  return (
    `<SendMessageResponse xmlns="${namespace}"><SendMessageResult><MessageId>${messageId}</MessageId>` +
    `<MD5OfMessageBody>${md5}</MD5OfMessageBody></SendMessageResult>` +
    `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></SendMessageResponse>`
  );
}

function renderError(error: AwsError): string {
  const type = error.status < 500 ? 'Sender' : 'Receiver';
  return (
    `<ErrorResponse xmlns="${namespace}"><Error><Type>${type}</Type><Code>${error.code}</Code>` +
    `<Message>${escapeXml(error.message)}</Message><Detail/></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`
  );
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
