import type { Clock, DirectoryStore } from '@afterimage/core';

export interface ScimUseCaseDependencies {
  directory: DirectoryStore;
  clock: Clock;
  /** `https://…/scim/v2`. */
  scimUrl: string;
}
