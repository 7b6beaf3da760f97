import type { AwsResponse } from '../../kernel/types.ts';
import { authorizeObject } from './authorization.ts';
import type { ObjectCall, S3Context } from './context.ts';
import { requireVersion, versionedAction, versionHeaders } from './locate-version.ts';
import { type EventName, originOf, recordEvent } from './notifications.ts';
import type { ObjectVersion } from './object-version.ts';
import { parseTagDocument, type Tags, tagElements } from './tags.ts';
import { readDocument } from './verified-body.ts';
import { xmlResponse } from './xml.ts';

export async function putObjectTagging(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, versionedAction(call, 's3:PutObjectTagging', 's3:PutObjectVersionTagging'));
  const tags = parseTagDocument(await readDocument(call.request));
  const version = await replaceTags(context, call, tags, 'ObjectTagging:Put');
  return { status: 200, headers: versionHeaders(call.bucket, version) };
}

export async function getObjectTagging(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, versionedAction(call, 's3:GetObjectTagging', 's3:GetObjectVersionTagging'));
  const version = requireVersion(context, call);
  return xmlResponse('Tagging', [['TagSet', tagElements(version.tags)]], versionHeaders(call.bucket, version));
}

export async function deleteObjectTagging(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  authorizeObject(context, call, versionedAction(call, 's3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging'));
  const version = await replaceTags(context, call, {}, 'ObjectTagging:Delete');
  return { status: 204, headers: versionHeaders(call.bucket, version) };
}

function replaceTags(context: S3Context, call: ObjectCall, tags: Tags, name: EventName): Promise<ObjectVersion> {
  return context.kernel.commit(() => {
    const version = requireVersion(context, call);
    context.versions.setTags(version, tags);
    const eventMs = context.kernel.now();
    const origin = originOf(call.request);
    recordEvent(context.outbox, call.bucket, { name, reason: name, version, eventMs, origin });
    return version;
  });
}
