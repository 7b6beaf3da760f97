import { AwsError, type AwsResponse } from '../../kernel/types.ts';
import { authorizeObject } from './authorization.ts';
import { checkCurrentEtag } from './conditional-headers.ts';
import type { BucketCall, ObjectCall, S3Context } from './context.ts';
import { invalidRequest, malformedXml } from './errors.ts';
import { requestedVersionId } from './locate-version.ts';
import { originOf, recordEvent } from './notifications.ts';
import { checkRemovable } from './object-lock.ts';
import { deleteMarkerContent, type ObjectVersion } from './object-version.ts';
import { readDocument } from './verified-body.ts';
import { parseXml, type XmlElement, type XmlNode, xmlResponse } from './xml.ts';

interface Deletion {
  /** The delete marker that was made, or the version that was removed; nothing when there was nothing. */
  version?: ObjectVersion;
  isMarkerMade: boolean;
  unusedFiles: string[];
}

const maximumDeletes = 1000;

export async function deleteObject(context: S3Context, call: ObjectCall): Promise<AwsResponse> {
  const versionId = requestedVersionId(call);
  authorizeDeletion(context, call, versionId);
  const ifMatch = call.request.headers['if-match'];
  const deletion = await context.kernel.commit(() => removeOrMark(context, call, versionId, 'DeleteObject', ifMatch));
  await context.blobs.remove(deletion.unusedFiles);
  const { version, isMarkerMade } = deletion;
  if (call.bucket.settings.versioning === 'Off') return { status: 204 };
  const headers: Record<string, string> = {};
  if (isMarkerMade || version?.isDeleteMarker === true) headers['x-amz-delete-marker'] = 'true';
  const shownId = versionId ?? version?.versionId;
  if (shownId !== undefined) headers['x-amz-version-id'] = shownId;
  return { status: 204, headers };
}

function authorizeDeletion(context: S3Context, call: ObjectCall, versionId: string | undefined): void {
  authorizeObject(context, call, versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion');
  const ifMatch = call.request.headers['if-match'];
  if (ifMatch !== undefined && ifMatch.trim() !== '*') authorizeObject(context, call, 's3:GetObject');
}

/** Runs inside a commit: a named version goes for good; a key goes, or gets a delete marker where versions are kept. */
function removeOrMark(
  context: S3Context,
  call: ObjectCall,
  versionId: string | undefined,
  reason: string,
  ifMatch?: string,
): Deletion {
  const { bucket, key, request } = call;
  const latest = context.versions.latest(bucket.name, key);
  if (ifMatch !== undefined) checkCurrentEtag(ifMatch, key, latest);
  const eventMs = context.kernel.now();
  const origin = originOf(request);
  if (versionId === undefined && bucket.settings.versioning !== 'Off') {
    const { version, unusedFiles } = context.versions.add(bucket, { ...deleteMarkerContent, key }, eventMs, true);
    recordEvent(context.outbox, bucket, {
      name: 'ObjectRemoved:DeleteMarkerCreated',
      reason,
      version,
      eventMs,
      origin,
    });
    return { version, isMarkerMade: true, unusedFiles };
  }
  const version = versionId === undefined ? latest : context.versions.version(bucket.name, key, versionId);
  if (version === undefined) return { isMarkerMade: false, unusedFiles: [] };
  checkRemovable(context, call, version);
  const unusedFiles = context.versions.remove(version);
  const removed = { ...version, sequence: context.versions.nextSequence() };
  recordEvent(context.outbox, bucket, { name: 'ObjectRemoved:Delete', reason, version: removed, eventMs, origin });
  return { version, isMarkerMade: false, unusedFiles };
}

/** DeleteObjects: each key stands for itself, and a refusal of one is told in the answer. */
export async function deleteObjects(context: S3Context, call: BucketCall): Promise<AwsResponse> {
  const { headers } = call.request;
  const hasIntegrity = Object.keys(headers).some((name) =>
    /^(content-md5|x-amz-checksum-.+|x-amz-trailer)$/.test(name),
  );
  if (!hasIntegrity) throw invalidRequest('Missing required header for this request: Content-MD5');
  const document = parseXml(await readDocument(call.request), 'Delete');
  const items = document.children('Object');
  if (items.length === 0 || items.length > maximumDeletes) throw malformedXml();
  const isQuiet = document.text('Quiet') === 'true';
  const results = await Promise.all(items.map((item) => deleteListed(context, call, item)));
  const shown = results.filter(([name]) => !isQuiet || name === 'Error');
  return xmlResponse('DeleteResult', shown);
}

async function deleteListed(context: S3Context, call: BucketCall, item: XmlNode): Promise<XmlElement> {
  const key = item.text('Key');
  if (key === undefined || key === '') throw malformedXml();
  const versionId = item.text('VersionId');
  const identity: XmlElement[] = [
    ['Key', key],
    ['VersionId', versionId],
  ];
  const objectCall: ObjectCall = { ...call, key };
  try {
    authorizeObject(context, objectCall, versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion');
    const deletion = await context.kernel.commit(() =>
      removeOrMark(context, objectCall, versionId, 'DeleteObjects', item.text('ETag')),
    );
    await context.blobs.remove(deletion.unusedFiles);
    return ['Deleted', [...identity, ...markerElements(deletion)]];
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return ['Error', [...identity, ['Code', error.code], ['Message', error.message]]];
  }
}

function markerElements({ version, isMarkerMade }: Deletion): XmlElement[] {
  if (version === undefined || !(isMarkerMade || version.isDeleteMarker)) return [];
  return [
    ['DeleteMarker', true],
    ['DeleteMarkerVersionId', version.versionId],
  ];
}
