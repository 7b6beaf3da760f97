import type { Readable } from 'node:stream';
import type { Principal } from '../../kernel/types.ts';
import type { WebRequest, WebResponse } from '../web/web-exchange.ts';

export interface CloudFrontDependencies {
  /** S3's in-process reading, held to the bucket's policy. Throws AwsError; undefined for a missing object. */
  getObject(
    bucket: string,
    key: string,
    options: { headers: Record<string, string>; principal: Principal; conditions: Record<string, string> },
  ): Promise<{ status: number; headers: Record<string, string>; body: Readable } | undefined>;
  handleApi(apiId: string, request: WebRequest): Promise<WebResponse>;
}
