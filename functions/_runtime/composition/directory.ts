import { DynamoScimTokenStore } from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';

export function composeDirectory() {
  const environment = readEnvironment('directory');
  return {
    ...composeReviewers(environment),
    tokens: new DynamoScimTokenStore(tableNamed(environment.DIRECTORY_TABLE)),
    scimUrl: environment.SCIM_URL,
  };
}
