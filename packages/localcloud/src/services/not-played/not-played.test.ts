import { describe, expect, test } from '@jest/globals';
import { createNotPlayed } from './index.ts';

const { providers } = createNotPlayed({ physicalName: (stackName, logicalId) => `${stackName}-${logicalId}` });

describe('types that do nothing here', () => {
  test('each say why', () => {
    for (const { type, harmless } of providers)
      expect([type, harmless['*']]).toEqual([type, expect.stringMatching(/\w+ \w+/)]);
  });

  test('still give the names that other resources refer to', async () => {
    const topic = providers.find(({ type }) => type === 'AWS::SNS::Topic');
    const place = { stackName: 'Stack', logicalId: 'Topic', type: 'AWS::SNS::Topic', assemblyDirectory: '' };
    const arn = 'arn:aws:sns:us-east-1:000000000000:Stack-Topic';
    expect(await topic?.provision({ ...place, properties: {} })).toEqual({
      ref: arn,
      attributes: { TopicArn: arn, TopicName: 'Stack-Topic' },
    });
  });
});
