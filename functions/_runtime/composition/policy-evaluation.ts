import {
  DynamoAgentStore,
  DynamoDocuments,
  DynamoGroupLookup,
  DynamoNoticeMessagesStore,
  DynamoRecordingPolicyStore,
  DynamoSessionStore,
  DynamoSiteStore,
} from '@afterimage/aws';
import { PolicyLibrary } from '@afterimage/core';
import { readEnvironment } from '../environment.ts';
import { systemClock } from '../system-clock.ts';
import { tableNamed } from './clients.ts';

export function composePolicyEvaluation() {
  const environment = readEnvironment('policy-evaluation');
  const configuration = tableNamed(environment.CONFIGURATION_TABLE);
  const documents = new DynamoDocuments(configuration, systemClock);
  return {
    agents: new DynamoAgentStore(tableNamed(environment.AGENTS_TABLE)),
    directory: new DynamoGroupLookup(tableNamed(environment.DIRECTORY_TABLE)),
    sessions: new DynamoSessionStore(tableNamed(environment.SESSIONS_TABLE)),
    site: new DynamoSiteStore(configuration),
    library: new PolicyLibrary({
      recordingPolicies: new DynamoRecordingPolicyStore(configuration, documents),
      noticeMessages: new DynamoNoticeMessagesStore(configuration, documents),
    }),
    clock: systemClock,
  };
}
