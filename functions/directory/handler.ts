import * as contracts from '@afterimage/contracts';
import { composeDirectory } from '../_runtime/composition/directory.ts';
import { reviewerApi } from '../_runtime/http/reviewer-api.ts';
import { serve } from '../_runtime/http/route-binding.ts';
import { deleteGroup, deleteUser } from './delete-entries.ts';
import { importPeople } from './import-people.ts';
import { importResources } from './import-resources.ts';
import { issueScimToken, revokeToken, showScimTokens } from './manage-scim-tokens.ts';
import { showGroups, showMembers, showUser, showUsers } from './show-directory.ts';
import { deleteSite, nameResources, showResources, showSites } from './show-resources.ts';

export const handler = reviewerApi('directory', composeDirectory(), [
  serve(contracts.listDirectoryUsers, showUsers),
  serve(contracts.getDirectoryUser, showUser),
  serve(contracts.deleteDirectoryUser, deleteUser),
  serve(contracts.listDirectoryGroups, showGroups),
  serve(contracts.listDirectoryGroupMembers, showMembers),
  serve(contracts.deleteDirectoryGroup, deleteGroup),
  serve(contracts.importDirectory, importPeople),
  serve(contracts.listScimTokens, showScimTokens),
  serve(contracts.createScimToken, issueScimToken),
  serve(contracts.revokeScimToken, revokeToken),
  serve(contracts.listPublishedResources, showResources),
  serve(contracts.namePublishedResources, nameResources),
  serve(contracts.listPublishingSites, showSites),
  serve(contracts.importPublishedResources, importResources),
  serve(contracts.deletePublishingSite, deleteSite),
]);
