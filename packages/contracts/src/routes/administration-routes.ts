import * as z from 'zod';
import { agentSchema, enrolmentTokenSchema } from '../entities/agent.ts';
import { labelSchema, roleSchema, timestampSchema } from '../entities/values.ts';
import { agentIdSchema, recordingIdSchema } from '../ids/ids.ts';
import { defineRoute } from './route.ts';

const administrators = { kind: 'roles', anyOf: ['PolicyAdministrator'] } as const;
const integration = { kind: 'function', name: 'administration' } as const;

export const finishRecording = defineRoute({
  operationId: 'finishRecording',
  method: 'POST',
  path: '/api/v1/recordings/{recordingId}/finish',
  summary: 'Ends the wait for an interrupted recording: what is stored is sealed, gaps declared',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'recording.finish', subject: 'recordingId' },
  params: z.object({ recordingId: recordingIdSchema }),
  response: z.object({ recordingId: recordingIdSchema }),
  successStatus: 202,
  problems: ['recording-not-found', 'recording-still-live', 'recording-ended'],
});

export const listAgents = defineRoute({
  operationId: 'listAgents',
  method: 'GET',
  path: '/api/v1/agents',
  summary: 'Lists enrolled agents',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'agent.list' },
  query: z.object({
    limit: z.coerce.number().int().min(1).max(200).default(100),
    cursor: z.string().max(2000).optional(),
  }),
  response: z.object({ agents: z.array(agentSchema), cursor: z.string().optional() }),
  successStatus: 200,
  problems: [],
});

export const revokeAgent = defineRoute({
  operationId: 'revokeAgent',
  method: 'POST',
  path: '/api/v1/agents/{agentId}/revocation',
  summary: 'Revokes an agent: within a minute nothing it says is believed',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'agent.revoke', subject: 'agentId' },
  params: z.object({ agentId: agentIdSchema }),
  response: z.object({ agent: agentSchema }),
  successStatus: 200,
  problems: ['agent-not-found'],
});

export const reinstateAgent = defineRoute({
  operationId: 'reinstateAgent',
  method: 'POST',
  path: '/api/v1/agents/{agentId}/reinstatement',
  summary: 'Ends the quarantine of an agent; a revocation stays',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'agent.reinstate', subject: 'agentId' },
  params: z.object({ agentId: agentIdSchema }),
  response: z.object({ agent: agentSchema }),
  successStatus: 200,
  problems: ['agent-not-found', 'agent-not-trusted'],
});

export const createEnrolmentToken = defineRoute({
  operationId: 'createEnrolmentToken',
  method: 'POST',
  path: '/api/v1/enrolment-tokens',
  summary: 'Creates a token with which hosts enrol',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'enrolment-token.create' },
  body: z.object({
    validForSeconds: z
      .int()
      .min(60)
      .max(30 * 86_400)
      .default(86_400),
    maxUses: z.int().min(1).max(10_000).default(1),
    machineGroup: labelSchema.optional(),
  }),
  response: z.object({
    enrolmentToken: enrolmentTokenSchema,
    /** The credential itself; shown once, stored only as a hash. */
    token: z.string(),
  }),
  successStatus: 201,
  problems: [],
});

const memberSchema = z.object({ kind: z.enum(['user', 'group']), name: labelSchema });

export const listRoleAssignments = defineRoute({
  operationId: 'listRoleAssignments',
  method: 'GET',
  path: '/api/v1/roles',
  summary: 'Lists who holds which role',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'role.list' },
  response: z.object({ roles: z.array(z.object({ role: roleSchema, members: z.array(memberSchema) })) }),
  successStatus: 200,
  problems: [],
});

export const assignRole = defineRoute({
  operationId: 'assignRole',
  method: 'PUT',
  path: '/api/v1/roles/{role}/members',
  summary: 'Sets the members of a role; effective with their next request',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'role.assign', subject: 'role' },
  params: z.object({ role: roleSchema }),
  body: z.object({ members: z.array(memberSchema).max(1000) }),
  response: z.object({ role: roleSchema, members: z.array(memberSchema) }),
  successStatus: 200,
  problems: [],
});

const queueSchema = z.object({
  name: labelSchema,
  waiting: z.int(),
  inFlight: z.int(),
  delayed: z.int(),
  deadLetters: z.int(),
});

export const listQueues = defineRoute({
  operationId: 'listQueues',
  method: 'GET',
  path: '/api/v1/queues',
  summary: 'Shows how full the queues and their dead-letter queues are',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'queue.list' },
  response: z.object({ queues: z.array(queueSchema), serverTime: timestampSchema }),
  successStatus: 200,
  problems: [],
});

export const redriveQueue = defineRoute({
  operationId: 'redriveQueue',
  method: 'POST',
  path: '/api/v1/queues/{queueName}/redrives',
  summary: 'Moves dead letters back into their queue',
  integration,
  access: administrators,
  audit: { kind: 'audited', action: 'queue.redrive', subject: 'queueName' },
  params: z.object({ queueName: labelSchema }),
  response: z.object({ queueName: labelSchema, moving: z.int() }),
  successStatus: 202,
  problems: ['queue-not-found'],
});

export const administrationRoutes = [
  finishRecording,
  listAgents,
  revokeAgent,
  reinstateAgent,
  createEnrolmentToken,
  listRoleAssignments,
  assignRole,
  listQueues,
  redriveQueue,
] as const;
