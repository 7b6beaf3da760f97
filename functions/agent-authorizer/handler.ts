import { composeAgentAuthorizer } from '../_runtime/composition/agent-authorizer.ts';
import { simpleAuthorizer } from '../_runtime/triggers/simple-authorizer.ts';
import { AgentAuthorizer } from './authorize-agent.ts';

const dependencies = composeAgentAuthorizer();
const authorizer = new AgentAuthorizer(dependencies);

export const handler = simpleAuthorizer(dependencies.log, (request) => authorizer.authorize(request));
