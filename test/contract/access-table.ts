import { type ProblemName, type Role, type RouteContract, routes } from '@afterimage/contracts';

/**
 * Who may call a route, written down a second time: the contracts say it too, and a route whose contract says otherwise,
 * or that nobody has written down here, fails the tests.
 */
export type Callers =
  /** Nobody is known yet. */
  | 'anybody'
  /** An enrolled device. */
  | 'agents'
  /** Holders of a token for SCIM. */
  | 'identity-providers'
  | 'signed-in'
  | readonly Role[];

export interface AccessRow {
  callers: Callers;
  /** Of routes of one recording: what their callers hear of one that viewing policies do not show them. */
  unseen?: Extract<ProblemName, 'recording-not-found' | 'watch-not-found'> | 'the same';
}

const administrators = ['PolicyAdministrator'] as const;
const viewers = ['Player', 'PrivilegedPlayer'] as const;
const keepers = ['PrivilegedPlayer'] as const;

const rowsOf = (row: AccessRow, ...operationIds: readonly string[]): [string, AccessRow][] =>
  operationIds.map((operationId) => [operationId, row]);

const table = new Map<string, AccessRow>([
  ...rowsOf({ callers: 'anybody' }, 'enrolAgent'),
  ...rowsOf({ callers: 'agents' }, 'startSession', 'reviewSession', 'reportNotice', 'reportSessions', 'settleCommand'),
  ...rowsOf({ callers: 'agents' }, 'beginRecording', 'grantUploads', 'postNotice', 'getCommits', 'openAgentChannel'),
  ...rowsOf({ callers: 'signed-in' }, 'getMe', 'getManifestKeys'),
  ...rowsOf({ callers: viewers }, 'listRecordings'),
  ...rowsOf(
    { callers: viewers, unseen: 'recording-not-found' },
    ...['getRecording', 'listSegments', 'listRecordedEvents', 'getManifest', 'getRecordingFiles', 'getErasure'],
    ...['openPlayback', 'releaseKeys', 'getPlayback', 'openWatch', 'listRecordingNotices'],
  ),
  // Of a watch that somebody has the viewing policies are asked too: see the tests of a right withdrawn.
  ...rowsOf({ callers: viewers, unseen: 'watch-not-found' }, 'renewWatch'),
  ...rowsOf({ callers: 'signed-in', unseen: 'the same' }, 'endWatch'),
  ...rowsOf({ callers: keepers, unseen: 'recording-not-found' }, 'holdRecording', 'releaseHold', 'eraseRecording'),
  ...rowsOf({ callers: administrators, unseen: 'the same' }, 'finishRecording'),
  ...rowsOf({ callers: administrators }, 'listAgents', 'revokeAgent', 'reinstateAgent', 'createEnrolmentToken'),
  ...rowsOf({ callers: administrators }, 'listRoleAssignments', 'assignRole', 'listQueues', 'redriveQueue'),
  ...rowsOf(
    { callers: administrators },
    ...['listDirectoryUsers', 'getDirectoryUser', 'deleteDirectoryUser', 'importDirectory'],
    ...['listDirectoryGroups', 'listDirectoryGroupMembers', 'deleteDirectoryGroup'],
    ...['listScimTokens', 'createScimToken', 'revokeScimToken'],
    ...['listPublishedResources', 'namePublishedResources', 'listPublishingSites'],
    ...['importPublishedResources', 'deletePublishingSite'],
  ),
  ...rowsOf(
    { callers: 'identity-providers' },
    ...['getScimServiceProviderConfig', 'listScimResourceTypes', 'listScimSchemas'],
    ...['listScimUsers', 'createScimUser', 'getScimUser', 'replaceScimUser', 'patchScimUser', 'deleteScimUser'],
    ...['listScimGroups', 'createScimGroup', 'getScimGroup', 'replaceScimGroup', 'patchScimGroup', 'deleteScimGroup'],
  ),
  ...rowsOf(
    { callers: administrators },
    ...['listRecordingPolicies', 'createRecordingPolicy', 'getRecordingPolicy', 'changeRecordingPolicy'],
    ...['deleteRecordingPolicy', 'activateRecordingPolicy', 'simulateRecordingPolicy'],
    ...['listRecordingPolicyVersions', 'compareRecordingPolicyVersions', 'restoreRecordingPolicyVersion'],
    ...['listViewingPolicies', 'createViewingPolicy', 'changeViewingPolicy', 'deleteViewingPolicy'],
    ...['getSiteSettings', 'changeSiteSettings', 'getNoticeMessages', 'changeNoticeMessages'],
  ),
  ...rowsOf({ callers: ['PolicyAdministrator', 'PolicyQuery'] }, 'testRecordingPolicy'),
  ...rowsOf(
    { callers: administrators },
    ...['listSessions', 'getSession', 'getSessionRecordingStatus'],
    ...['commandRecording', 'listRecordingCommands', 'getRecordingCommand'],
  ),
]);

/** @throws Error for a route that has no row: whoever adds a route says here who may call it */
export function accessOf({ operationId }: RouteContract): AccessRow {
  const row = table.get(operationId);
  if (row === undefined) throw new Error(`${operationId} has no row in the access table`);
  return row;
}

/** Rows of routes that are not there (any more). */
export function needlessRows(): string[] {
  const present = new Set(routes.map(({ operationId }) => operationId));
  return [...table.keys()].filter((operationId) => !present.has(operationId));
}

const isOfOneRecording = ({ path }: RouteContract) => path.startsWith('/api/v1/recordings/{recordingId}');

/** Routes of people that lead to one recording. */
export const recordingRoutes = routes.filter(isOfOneRecording);
