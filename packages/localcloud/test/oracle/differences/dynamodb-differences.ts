import type { KnownDifference } from '../known-differences.ts';

const service = 'dynamodb';

export const dynamoDbDifferences: readonly KnownDifference[] = [
  {
    oracle: 'DynamoDB Local',
    service,
    reason: 'The same error under the same name; its message says less than the service’s.',
    tests: [
      'items a missing sort key is a ValidationException',
      'items a key of another type is a ValidationException',
      'items an index key of another type is a ValidationException',
      'items 39 digits is a ValidationException',
      'items a word as number is a ValidationException',
      'queries {"KeyConditionExpression":"sk = :n"} is refused',
      'queries {"KeyConditionExpression":"pk = :p AND due = :n"} is refused',
      'queries {"KeyConditionExpression":"pk = :p","ConsistentRead":true,"IndexName":"byOwner"} is refused',
      'queries {"KeyConditionExpression":"pk = :p","ExclusiveStartKey":{"pk":{"S":"a"}}} is refused',
    ],
  },
  {
    oracle: 'DynamoDB Local',
    service,
    reason: 'It does not count a condition check as consumed; AWS documents two units for every item of a transaction.',
    tests: ['batches and transactions a transaction commits together, costs double and repeats by its token'],
  },
  {
    oracle: 'DynamoDB Local',
    service,
    reason: 'Its region is `ddblocal`, and it keeps no backups.',
    tests: ['descriptions a table describes its keys, index, stream, time-to-live and recovery'],
  },
  {
    oracle: 'moto',
    service,
    reason: 'Refused as well, with other words or another code than DynamoDB Local and localcloud.',
    tests: [
      'items an empty key is a ValidationException',
      'updates SET a = :w is refused',
      'updates SET a = words + :v is refused',
      'updates ADD a :text is refused',
      'queries {"KeyConditionExpression":"pk = :p","IndexName":"none"} is refused',
      'queries {"KeyConditionExpression":"pk = :p","ConsistentRead":true,"IndexName":"byOwner"} is refused',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason: 'Not checked by it; DynamoDB Local refuses as localcloud does.',
    tests: [
      'items an index key of another type is a ValidationException',
      'items 39 digits is a ValidationException',
      'items a repeated set element is a ValidationException',
      'queries {"KeyConditionExpression":"pk = :n"} is refused',
      'queries {"KeyConditionExpression":"pk = :p","FilterExpression":"sk = :n"} is refused',
      'queries {"KeyConditionExpression":"pk = :p","ExclusiveStartKey":{"pk":{"S":"a"}}} is refused',
      'batches and transactions a batch writes and reads up to its limit and refuses duplicates',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason:
      'Not computed by it (numbers’ normal form, 1 MB pages, consumed capacity); DynamoDB Local agrees with localcloud.',
    tests: [
      'items a written item comes back with every type, numbers normalised',
      'updates an update creates what is not there and answers what it changed',
      'queries a page ends at 1 MB',
      'capacity writes cost one unit per KB and per changed index, reads half per 4 KB',
    ],
  },
  {
    oracle: 'moto',
    service,
    reason: 'It answers no consumed capacity for transactions.',
    tests: ['batches and transactions a transaction commits together, costs double and repeats by its token'],
  },
];
