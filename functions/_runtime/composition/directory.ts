import {
  DynamoDirectoryStore,
  DynamoDocuments,
  DynamoPublishedResourceStore,
  DynamoScimTokenStore,
} from '@afterimage/aws';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';
import { composeReviewers } from './reviewers.ts';

export function composeDirectory() {
  const environment = readEnvironment('directory');
  const table = tableNamed(environment.DIRECTORY_TABLE);
  return {
    ...composeReviewers(environment),
    directory: new DynamoDirectoryStore(table),
    publishedResources: new DynamoPublishedResourceStore(table, new DynamoDocuments(table, systemClock)),
    tokens: new DynamoScimTokenStore(table),
    scimUrl: environment.SCIM_URL,
  };
}
