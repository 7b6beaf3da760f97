import { accountId, region } from '../../kernel/types.ts';

/** A queue as the template declares it. */
export interface Queue {
  name: string;
  arn: string;
  visibilityTimeoutS: number;
  delayS: number;
  retentionS: number;
  maximumMessageBytes: number;
  receiveWaitS: number;
  redrive?: RedrivePolicy;
  redriveAllow?: RedriveAllowPolicy;
  /** Server-side encryption settings, told in GetQueueAttributes only. */
  encryption: Readonly<Record<string, string>>;
  /** Policy documents that AWS::SQS::QueuePolicy resources attached. */
  policy?: { Version: string; Statement: unknown[] };
  createdMs: number;
}

export interface RedrivePolicy {
  deadLetterArn: string;
  maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  permission: 'allowAll' | 'denyAll' | 'byQueue';
  sourceArns: string[];
}

export function queueArn(name: string): string {
  return `arn:aws:sqs:${region}:${accountId}:${name}`;
}

export function queueUrl(endpoint: string, name: string): string {
  return `${endpoint}/${accountId}/${name}`;
}

export function allowsSource(deadLetter: Queue, sourceArn: string): boolean {
  const policy = deadLetter.redriveAllow;
  if (policy === undefined || policy.permission === 'allowAll') return true;
  return policy.permission === 'byQueue' && policy.sourceArns.includes(sourceArn);
}
