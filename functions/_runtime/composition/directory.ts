import { DynamoDirectoryStore, DynamoScimTokenStore } from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';

export function composeDirectory() {
  const environment = readEnvironment('directory');
  const table = tableNamed(environment.DIRECTORY_TABLE);
  return {
    ...composeReviewers(environment),
    directory: new DynamoDirectoryStore(table),
    tokens: new DynamoScimTokenStore(table),
    scimUrl: environment.SCIM_URL,
  };
}
