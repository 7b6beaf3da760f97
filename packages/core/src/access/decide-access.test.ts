import { type Access, type Role, roleSchema, routes } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { decideAccess } from './decide-access.ts';

const roles = roleSchema.options;

/** Who may do what, written out by hand: the matrix must change when a contract does. */
const allowedRoles: Record<string, readonly Role[]> = {
  listRecordings: ['Player', 'PrivilegedPlayer'],
  getRecording: ['Player', 'PrivilegedPlayer'],
  listSegments: ['Player', 'PrivilegedPlayer'],
  listRecordedEvents: ['Player', 'PrivilegedPlayer'],
  getManifest: ['Player', 'PrivilegedPlayer'],
  getRecordingFiles: ['Player', 'PrivilegedPlayer'],
  getManifestKeys: roles,
  openPlayback: ['Player', 'PrivilegedPlayer'],
  releaseKeys: ['Player', 'PrivilegedPlayer'],
  openWatch: ['Player', 'PrivilegedPlayer'],
  renewWatch: ['Player', 'PrivilegedPlayer'],
  endWatch: roles,
  eraseRecording: ['PrivilegedPlayer'],
  getErasure: ['Player', 'PrivilegedPlayer'],
  holdRecording: ['PrivilegedPlayer'],
  releaseHold: ['PrivilegedPlayer'],
  getMe: roles,
  finishRecording: ['PolicyAdministrator'],
  listAgents: ['PolicyAdministrator'],
  revokeAgent: ['PolicyAdministrator'],
  reinstateAgent: ['PolicyAdministrator'],
  createEnrolmentToken: ['PolicyAdministrator'],
  listRecordingPolicies: ['PolicyAdministrator'],
  createRecordingPolicy: ['PolicyAdministrator'],
  activateRecordingPolicy: ['PolicyAdministrator'],
  testRecordingPolicy: ['PolicyAdministrator', 'PolicyQuery'],
  simulateRecordingPolicy: ['PolicyAdministrator'],
  getRecordingPolicy: ['PolicyAdministrator'],
  changeRecordingPolicy: ['PolicyAdministrator'],
  deleteRecordingPolicy: ['PolicyAdministrator'],
  listRecordingPolicyVersions: ['PolicyAdministrator'],
  compareRecordingPolicyVersions: ['PolicyAdministrator'],
  restoreRecordingPolicyVersion: ['PolicyAdministrator'],
  listViewingPolicies: ['PolicyAdministrator'],
  createViewingPolicy: ['PolicyAdministrator'],
  changeViewingPolicy: ['PolicyAdministrator'],
  deleteViewingPolicy: ['PolicyAdministrator'],
  getSiteSettings: ['PolicyAdministrator'],
  changeSiteSettings: ['PolicyAdministrator'],
  getNoticeMessages: ['PolicyAdministrator'],
  changeNoticeMessages: ['PolicyAdministrator'],
  listRoleAssignments: ['PolicyAdministrator'],
  assignRole: ['PolicyAdministrator'],
  listDirectoryUsers: ['PolicyAdministrator'],
  getDirectoryUser: ['PolicyAdministrator'],
  deleteDirectoryUser: ['PolicyAdministrator'],
  listDirectoryGroups: ['PolicyAdministrator'],
  listDirectoryGroupMembers: ['PolicyAdministrator'],
  deleteDirectoryGroup: ['PolicyAdministrator'],
  importDirectory: ['PolicyAdministrator'],
  listScimTokens: ['PolicyAdministrator'],
  createScimToken: ['PolicyAdministrator'],
  revokeScimToken: ['PolicyAdministrator'],
  listQueues: ['PolicyAdministrator'],
  redriveQueue: ['PolicyAdministrator'],
};

const reviewerRoutes = routes.filter((route) => route.path.startsWith('/api/v1/'));

describe('access matrix', () => {
  test('names every reviewer route', () => {
    expect(Object.keys(allowedRoles).sort()).toEqual(reviewerRoutes.map((route) => route.operationId).sort());
  });

  test.each(reviewerRoutes.flatMap((route) => roles.map((role) => [route.operationId, role, route.access] as const)))(
    '%s for %s alone',
    (operationId, role, access) => {
      const isAllowed = allowedRoles[operationId]?.includes(role) ?? false;
      expect(decideAccess(access, new Set([role])).isAllowed).toBe(isAllowed);
    },
  );

  test.each(
    reviewerRoutes
      .filter((route) => route.access.kind === 'roles')
      .map((route) => [route.operationId, route.access] as const),
  )('%s refuses a person without roles with role-missing', (_operationId, access) => {
    expect(decideAccess(access, new Set())).toEqual({ isAllowed: false, problem: 'role-missing' });
  });

  test('routes of agents are closed to people whatever their roles', () => {
    const agentAccess: Access[] = [{ kind: 'agent' }, { kind: 'open', because: 'the body decides' }];
    for (const access of agentAccess) expect(decideAccess(access, new Set(roles)).isAllowed).toBe(false);
  });
});
