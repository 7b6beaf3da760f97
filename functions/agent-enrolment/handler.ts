import { enrolAgent } from '@afterimage/contracts';
import { composeAgentEnrolment } from '../_runtime/composition/agent-enrolment.ts';
import { agentApi } from '../_runtime/http/agent-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { enrolHost } from './enrol-host.ts';

const dependencies = composeAgentEnrolment();

export const handler = agentApi('agent-enrolment', dependencies, [serve(enrolAgent, enrolHost)], dependencies.audit);
