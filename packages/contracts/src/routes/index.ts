import { administrationRoutes } from './administration-routes.ts';
import { agentRoutes } from './agent-routes.ts';
import { directoryRoutes } from './directory-routes.ts';
import { erasureRoutes } from './erasure-routes.ts';
import { policyRoutes } from './policy-routes.ts';
import { publishedResourceRoutes } from './published-resource-routes.ts';
import { recordingRoutes } from './recording-routes.ts';
import type { RouteContract } from './route.ts';
import { scimRoutes } from './scim-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { watchRoutes } from './watch-routes.ts';

/** Every route of the product. What is not here does not exist in API Gateway either. */
export const routes: readonly RouteContract[] = [
  ...agentRoutes,
  ...recordingRoutes,
  ...erasureRoutes,
  ...watchRoutes,
  ...administrationRoutes,
  ...directoryRoutes,
  ...publishedResourceRoutes,
  ...scimRoutes,
  ...policyRoutes,
  ...sessionRoutes,
];

export * from './administration-routes.ts';
export * from './agent-routes.ts';
export * from './directory-routes.ts';
export * from './erasure-routes.ts';
export * from './policy-routes.ts';
export * from './published-resource-routes.ts';
export * from './recording-routes.ts';
export * from './route.ts';
export * from './scim-routes.ts';
export * from './session-routes.ts';
export * from './watch-routes.ts';
