import * as contracts from '@afterimage/contracts';
import { composeScim } from '../_runtime/composition/scim.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { scimApi } from '../_runtime/http/scim-api.ts';
import { createGroup, deleteGroup, patchGroup, replaceGroup } from './change-groups.ts';
import { createUser, deleteUser, patchUser, replaceUser } from './change-users.ts';
import { showResourceTypes, showSchemas, showServiceProviderConfig } from './describe-service.ts';
import { findGroups, showGroup } from './show-groups.ts';
import { findUsers, showUser } from './show-users.ts';

export const handler = scimApi('scim', composeScim(), [
  serve(contracts.getScimServiceProviderConfig, showServiceProviderConfig),
  serve(contracts.listScimResourceTypes, showResourceTypes),
  serve(contracts.listScimSchemas, showSchemas),
  serve(contracts.listScimUsers, findUsers),
  serve(contracts.createScimUser, createUser),
  serve(contracts.getScimUser, showUser),
  serve(contracts.replaceScimUser, replaceUser),
  serve(contracts.patchScimUser, patchUser),
  serve(contracts.deleteScimUser, deleteUser),
  serve(contracts.listScimGroups, findGroups),
  serve(contracts.createScimGroup, createGroup),
  serve(contracts.getScimGroup, showGroup),
  serve(contracts.replaceScimGroup, replaceGroup),
  serve(contracts.patchScimGroup, patchGroup),
  serve(contracts.deleteScimGroup, deleteGroup),
]);
