import { randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestKernel } from '../src/kernel/testing.ts';
import { createDynamoDb } from '../src/services/dynamodb/index.ts';
import { type DynamoDbUnderTest, provisionTable, startDynamoDb } from './dynamodb-server.ts';
import { insideTest } from './oracle/inside-test.ts';

const table = 'Conformance';
let server: DynamoDbUnderTest;
let client: DynamoDBClient;

beforeAll(async () => {
  server = await startDynamoDb({
    TableName: table,
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'N' },
      { AttributeName: 'owner', AttributeType: 'S' },
      { AttributeName: 'due', AttributeType: 'N' },
      { AttributeName: 'place', AttributeType: 'S' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byPlace',
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'place', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
      {
        IndexName: 'byOwner',
        KeySchema: [
          { AttributeName: 'owner', KeyType: 'HASH' },
          { AttributeName: 'due', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['title'] },
      },
    ],
  });
  client = server.client;
});

afterAll(() => server.close());

type Item = Record<string, AttributeValue>;

function put(item: Item, more: Partial<ConstructorParameters<typeof PutItemCommand>[0]> = {}) {
  return client.send(new PutItemCommand({ TableName: table, Item: item, ...more }));
}

async function get(key: Item) {
  return (await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;
}

function update(key: Item, input: Partial<UpdateItemCommandInput>) {
  return client.send(new UpdateItemCommand({ TableName: table, Key: key, ...input }));
}

function query(input: Partial<QueryCommandInput>) {
  return client.send(new QueryCommand({ TableName: table, ...input }));
}

function newKey(sort = '1'): { pk: AttributeValue.SMember; sk: AttributeValue.NMember } {
  return { pk: { S: randomUUID() }, sk: { N: sort } };
}

describe('items', () => {
  test('a written item comes back with every type, numbers normalised', async () => {
    const key = newKey();
    const item: Item = {
      ...key,
      text: { S: '' },
      number: { N: '1.50E+2' },
      bytes: { B: Uint8Array.of(0, 255, 7) },
      yes: { BOOL: true },
      nothing: { NULL: true },
      map: { M: { inner: { L: [{ S: 'a' }, { M: {} }] } } },
      strings: { SS: ['b', 'a'] },
      numbers: { NS: ['2', '1.0'] },
      blobs: { BS: [Uint8Array.of(2), Uint8Array.of(1)] },
    };
    await put(item);
    const read = await get(key);
    expect(read?.number).toEqual({ N: '150' });
    expect(read?.bytes?.B).toEqual(Uint8Array.of(0, 255, 7));
    expect(read?.map).toEqual(item.map);
    expect(read?.numbers?.NS?.toSorted()).toEqual(['1', '2']);
    expect(read?.strings?.SS?.toSorted()).toEqual(['a', 'b']);
    expect(read?.text).toEqual({ S: '' });
  });

  test('an absent item is absent, and its projection cuts what is there', async () => {
    const key = newKey();
    expect(await get(key)).toBeUndefined();
    await put({ ...key, a: { M: { b: { L: [{ S: 'x' }, { S: 'y' }] }, c: { S: 'z' } } }, d: { S: 'd' } });
    const read = await client.send(
      new GetItemCommand({
        TableName: table,
        Key: key,
        ProjectionExpression: 'a.b[1], #d',
        ExpressionAttributeNames: { '#d': 'd' },
      }),
    );
    expect(read.Item).toEqual({ a: { M: { b: { L: [{ S: 'y' }] } } }, d: { S: 'd' } });
  });

  test.each([
    ['a missing sort key', { pk: { S: 'a' } }, 'Missing the key sk in the item'],
    ['a key of another type', { pk: { N: '1' }, sk: { N: '1' } }, 'Type mismatch for key pk expected: S actual: N'],
    ['an empty key', { pk: { S: '' }, sk: { N: '1' } }, 'cannot contain an empty string value. Key: pk'],
    [
      'an index key of another type',
      { pk: { S: 'a' }, sk: { N: '1' }, owner: { N: '1' } },
      'Type mismatch for Index Key owner Expected: S Actual: N IndexName: byOwner',
    ],
    ['39 digits', { pk: { S: 'a' }, sk: { N: '1'.repeat(39) } }, 'more than 38 significant digits'],
    ['a word as number', { pk: { S: 'a' }, sk: { N: 'one' } }, 'cannot be converted to a numeric value'],
    ['a repeated set element', { pk: { S: 'a' }, sk: { N: '1' }, s: { NS: ['1', '1.0'] } }, 'contains duplicates'],
    [
      'more than 400 KB',
      { pk: { S: 'a' }, sk: { N: '1' }, s: { S: 'x'.repeat(409_600) } },
      'Item size has exceeded the maximum allowed size',
    ],
  ] as [string, Item, string][])('%s is a ValidationException', async (_what, item, message) => {
    await expect(put(item)).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  test('a condition that is not met changes nothing and can show the item', async () => {
    const key = newKey();
    await put({ ...key, state: { S: 'live' } });
    const second = put(
      { ...key, state: { S: 'sealed' } },
      { ConditionExpression: 'attribute_not_exists(pk)', ReturnValuesOnConditionCheckFailure: 'ALL_OLD' },
    );
    await expect(second).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      Item: { state: { S: 'live' } },
    });
    expect((await get(key))?.state).toEqual({ S: 'live' });
  });

  test('a delete answers the old item and may be repeated', async () => {
    const key = newKey();
    await put({ ...key, a: { S: 'b' } });
    const remove = new DeleteItemCommand({ TableName: table, Key: key, ReturnValues: 'ALL_OLD' });
    expect((await client.send(remove)).Attributes).toEqual({ ...key, a: { S: 'b' } });
    expect((await client.send(remove)).Attributes).toBeUndefined();
  });

  test('a table that is not there is a ResourceNotFoundException', async () => {
    await expect(client.send(new GetItemCommand({ TableName: 'Nowhere', Key: newKey() }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

describe('updates', () => {
  test('SET, REMOVE, ADD and DELETE work together on the old values', async () => {
    const key = newKey();
    await put({
      ...key,
      a: { N: '1' },
      b: { N: '2' },
      entries: { L: [{ S: '0' }, { S: '1' }, { S: '2' }] },
      tags: { SS: ['x', 'y'] },
      gone: { S: '' },
    });
    const { Attributes } = await update(key, {
      UpdateExpression:
        'SET a = b, b = a, c = if_not_exists(c, :ten) - :one, entries[9] = :s REMOVE gone, entries[0] ADD sum1 :one DELETE tags :x',
      ExpressionAttributeValues: { ':ten': { N: '10' }, ':one': { N: '1' }, ':s': { S: '9' }, ':x': { SS: ['x'] } },
      ReturnValues: 'ALL_NEW',
    });
    expect(Attributes).toEqual({
      ...key,
      a: { N: '2' },
      b: { N: '1' },
      c: { N: '9' },
      sum1: { N: '1' },
      entries: { L: [{ S: '1' }, { S: '2' }, { S: '9' }] },
      tags: { SS: ['y'] },
    });
  });

  test('an update creates what is not there and answers what it changed', async () => {
    const key = newKey();
    const created = await update(key, {
      UpdateExpression: 'SET #m = :m, l = list_append(:l, :l)',
      ExpressionAttributeNames: { '#m': 'map' },
      ExpressionAttributeValues: { ':m': { M: { k: { S: 'v' } } }, ':l': { L: [{ N: '1' }] } },
      ReturnValues: 'UPDATED_NEW',
    });
    expect(created.Attributes).toEqual({ map: { M: { k: { S: 'v' } } }, l: { L: [{ N: '1' }, { N: '1' }] } });
    const old = await update(key, {
      UpdateExpression: 'SET #m.k = :v',
      ExpressionAttributeNames: { '#m': 'map' },
      ExpressionAttributeValues: { ':v': { S: 'w' } },
      ReturnValues: 'UPDATED_OLD',
    });
    expect(old.Attributes).toEqual({ map: { M: { k: { S: 'v' } } } });
  });

  test('counters are exact to 38 digits', async () => {
    const key = newKey();
    await put({ ...key, n: { N: '99999999999999999999999999999999999998' } });
    const { Attributes } = await update(key, {
      UpdateExpression: 'ADD n :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'UPDATED_NEW',
    });
    expect(Attributes).toEqual({ n: { N: '99999999999999999999999999999999999999' } });
  });

  test.each([
    ['SET pk = :v', 'Cannot update attribute pk. This attribute is part of the key'],
    ['SET a = :v, a.b = :v', 'Two document paths overlap with each other'],
    ['SET a = absent, b = :v', 'refers to an attribute that does not exist in the item'],
    ['SET absent.b = :v', 'The document path provided in the update expression is invalid for update'],
    ['SET name = :v', 'Attribute name is a reserved keyword; reserved keyword: name'],
    ['SET a = :w', 'An expression attribute value used in expression is not defined; attribute value: :w'],
    ['SET a = :v SET b = :v', 'The "SET" section can only be used once in an update expression'],
    ['SET a = :v,', 'Syntax error; token: "<EOF>"'],
    ['SET a = words + :v', 'incorrect data type'],
    ['ADD a :text', 'Incorrect operand type for operator or function; operator: ADD, operand type: STRING'],
    ['REMOVE a', 'unused in expressions: keys: {:v}'],
  ])('%s is refused', async (expression, message) => {
    const key = newKey();
    await put({ ...key, words: { S: 'text' } });
    const values: Item = expression.includes(':text') ? { ':text': { S: 'x' } } : { ':v': { N: '1' } };
    await expect(
      update(key, { UpdateExpression: expression, ExpressionAttributeValues: values }),
    ).rejects.toMatchObject({ name: 'ValidationException', message: expect.stringContaining(message) });
  });
});

describe('queries', () => {
  test('sort keys come in numeric order, both ways, and page by Limit', async () => {
    const { pk } = newKey();
    const numbers = ['-1000', '-9.5', '-0.001', '0', '0.2', '3', '10', '200'];
    for (const number of numbers.toReversed()) await put({ pk, sk: { N: number } });
    const whole = await query({ KeyConditionExpression: 'pk = :p', ExpressionAttributeValues: { ':p': pk } });
    expect(whole.Items?.map((item) => item.sk?.N)).toEqual(numbers);
    const seen: unknown[] = [];
    let start: Item | undefined;
    do {
      const page = await query({
        KeyConditionExpression: 'pk = :p AND sk BETWEEN :low AND :high',
        ExpressionAttributeValues: { ':p': pk, ':low': { N: '-9.5' }, ':high': { N: '10' } },
        ScanIndexForward: false,
        Limit: 2,
        ExclusiveStartKey: start,
      });
      seen.push(...(page.Items ?? []).map((item) => item.sk?.N));
      start = page.LastEvaluatedKey;
    } while (start);
    expect(seen).toEqual(numbers.slice(1, 7).toReversed());
  });

  test('begins_with takes the keys of a prefix and no neighbours', async () => {
    const { pk } = newKey();
    const places = ['SEF', 'SEG', 'SEG#1', 'SEG#2', 'SEH', 'TEXT'];
    for (const [i, place] of places.entries()) await put({ pk, sk: { N: String(i) }, place: { S: place } });
    const found = await query({
      IndexName: 'byPlace',
      KeyConditionExpression: 'pk = :p AND begins_with(place, :prefix)',
      ExpressionAttributeValues: { ':p': pk, ':prefix': { S: 'SEG' } },
    });
    expect(found.Items?.map((item) => item.place?.S)).toEqual(['SEG', 'SEG#1', 'SEG#2']);
  });

  test('a filter is applied after the page was counted', async () => {
    const { pk } = newKey();
    for (const number of ['1', '2', '3', '4'])
      await put({ pk, sk: { N: number }, even: { BOOL: Number(number) % 2 === 0 } });
    const page = await query({
      KeyConditionExpression: 'pk = :p',
      FilterExpression: 'even = :yes',
      ExpressionAttributeValues: { ':p': pk, ':yes': { BOOL: true } },
      Limit: 3,
    });
    expect(page).toMatchObject({ Count: 1, ScannedCount: 3, LastEvaluatedKey: { pk, sk: { N: '3' } } });
  });

  test('a page ends at 1 MB', async () => {
    const { pk } = newKey();
    for (let index = 0; index < 4; index += 1)
      await put({ pk, sk: { N: String(index) }, fill: { S: 'x'.repeat(390_000) } });
    const page = await query({
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': pk },
      ReturnConsumedCapacity: 'TOTAL',
      ConsistentRead: true,
    });
    expect(page.Count).toBe(3);
    expect(page.ConsumedCapacity?.CapacityUnits).toBe(286);
    expect(page.LastEvaluatedKey).toEqual({ pk, sk: { N: '2' } });
  });

  test('a sparse index shows its projection, in its own order, and follows changes', async () => {
    const owner = { S: randomUUID() };
    const keys = [newKey('1'), newKey('2'), newKey('3')] as const;
    await put({ ...keys[0], owner, due: { N: '20' }, title: { S: 'late' }, secret: { S: 's' } });
    await put({ ...keys[1], owner, due: { N: '-5' }, title: { S: 'early' } });
    await put({ ...keys[2], owner, title: { S: 'not in the index' } });
    const byOwner = () =>
      query({
        IndexName: 'byOwner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': owner },
      });
    const first = await byOwner();
    expect(first.Items?.map((item) => item.title?.S)).toEqual(['early', 'late']);
    expect(first.Items?.[1]).not.toHaveProperty('secret');
    await update(keys[1], { UpdateExpression: 'SET due = :d', ExpressionAttributeValues: { ':d': { N: '30' } } });
    await update(keys[0], { UpdateExpression: 'REMOVE due' });
    expect((await byOwner()).Items?.map((item) => item.title?.S)).toEqual(['early']);
  });

  test('items of one index key page without loss', async () => {
    const owner = { S: randomUUID() };
    for (let index = 0; index < 7; index += 1) await put({ ...newKey(), owner, due: { N: '1' } });
    const seen = new Set<unknown>();
    let start: Item | undefined;
    do {
      const page: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } = await query({
        IndexName: 'byOwner',
        KeyConditionExpression: '#o = :o',
        ExpressionAttributeNames: { '#o': 'owner' },
        ExpressionAttributeValues: { ':o': owner },
        Limit: 3,
        ExclusiveStartKey: start,
      });
      for (const item of page.Items ?? []) seen.add(item.pk?.S);
      start = page.LastEvaluatedKey;
    } while (start);
    expect(seen.size).toBe(7);
  });

  test.each([
    [{ KeyConditionExpression: 'sk = :n' }, 'Query condition missed key schema element: pk'],
    [{ KeyConditionExpression: 'pk > :p AND sk = :n' }, 'Query key condition not supported'],
    [{ KeyConditionExpression: 'pk = :p AND due = :n' }, 'Query condition missed key schema element: sk'],
    [{ KeyConditionExpression: 'pk = :n' }, 'Condition parameter type does not match schema type'],
    [{ KeyConditionExpression: 'pk = :p', IndexName: 'none' }, 'The table does not have the specified index: none'],
    [
      { KeyConditionExpression: 'pk = :p', FilterExpression: 'sk = :n' },
      'Filter Expression can only contain non-primary key attributes: Primary key attribute: sk',
    ],
    [
      { KeyConditionExpression: 'pk = :p', ConsistentRead: true, IndexName: 'byOwner' },
      'Consistent reads are not supported on global secondary indexes',
    ],
    [
      { KeyConditionExpression: 'pk = :p', ExclusiveStartKey: { pk: { S: 'a' } } },
      'The provided starting key is invalid',
    ],
  ] as [Partial<QueryCommandInput>, string][])('%j is refused', async (input, message) => {
    const text = JSON.stringify(input);
    const values: Item = {};
    if (text.includes(':p')) values[':p'] = { S: 'a' };
    if (text.includes(':n')) values[':n'] = { N: '1' };
    await expect(query({ ...input, ExpressionAttributeValues: values })).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining(message),
    });
  });

  test('the segments of a parallel scan share the table without overlap', async () => {
    const mark = randomUUID();
    for (let index = 0; index < 20; index += 1) await put({ ...newKey(), mark: { S: mark } });
    const scanSegment = async (segment: number) => {
      const found: unknown[] = [];
      let start: Item | undefined;
      do {
        const page: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } = await client.send(
          new ScanCommand({
            TableName: table,
            Segment: segment,
            TotalSegments: 2,
            FilterExpression: 'mark = :m',
            ExpressionAttributeValues: { ':m': { S: mark } },
            ExclusiveStartKey: start,
          }),
        );
        found.push(...(page.Items ?? []).map((item) => item.pk?.S));
        start = page.LastEvaluatedKey;
      } while (start);
      return found;
    };
    const [left, right] = await Promise.all([scanSegment(0), scanSegment(1)]);
    expect(new Set([...left, ...right]).size).toBe(20);
    expect(left.length + right.length).toBe(20);
  });
});

describe('batches and transactions', () => {
  test('a batch writes and reads up to its limit and refuses duplicates', async () => {
    const { pk } = newKey();
    const items = Array.from({ length: 25 }, (_, index) => ({ pk, sk: { N: String(index) } }));
    const written = await client.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: items.map((Item) => ({ PutRequest: { Item } })) } }),
    );
    expect(written.UnprocessedItems).toEqual({});
    const read = await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys: items } } }));
    expect(read.Responses?.[table]).toHaveLength(25);
    await expect(
      client.send(
        new BatchGetItemCommand({
          RequestItems: { [table]: { Keys: [newKey(), ...items.slice(0, 1), ...items.slice(0, 1)] } },
        }),
      ),
    ).rejects.toMatchObject({ name: 'ValidationException', message: 'Provided list of item keys contains duplicates' });
    await expect(
      client.send(
        new BatchWriteItemCommand({
          RequestItems: { [table]: [...items, newKey()].map((Key) => ({ DeleteRequest: { Key } })) },
        }),
      ),
    ).rejects.toMatchObject({ name: 'ValidationException' });
  });

  test('a transaction is all or nothing and names each reason', async () => {
    const [first, second] = [newKey(), newKey()];
    await put({ ...second, state: { S: 'taken' } });
    const transaction = client.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName: table, Item: first } },
          {
            Update: {
              TableName: table,
              Key: second,
              UpdateExpression: 'SET #s = :s',
              ConditionExpression: 'attribute_not_exists(pk)',
              ExpressionAttributeNames: { '#s': 'state' },
              ExpressionAttributeValues: { ':s': { S: 'mine' } },
              ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            },
          },
        ],
      }),
    );
    await expect(transaction).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: expect.stringContaining('[None, ConditionalCheckFailed]'),
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed', Item: { state: { S: 'taken' } } },
      ],
    });
    expect(await get(first)).toBeUndefined();
  });

  test('a transaction commits together, costs double and repeats by its token', async () => {
    const [first, second, checked] = [newKey(), newKey(), newKey()];
    await put({ ...checked, n: { N: '1' } });
    const token = randomUUID();
    const send = (amount: string) =>
      client.send(
        new TransactWriteItemsCommand({
          ClientRequestToken: token,
          ReturnConsumedCapacity: 'TOTAL',
          TransactItems: [
            { Put: { TableName: table, Item: first } },
            {
              Update: {
                TableName: table,
                Key: second,
                UpdateExpression: 'ADD n :n',
                ExpressionAttributeValues: { ':n': { N: amount } },
              },
            },
            { ConditionCheck: { TableName: table, Key: checked, ConditionExpression: 'attribute_exists(pk)' } },
          ],
        }),
      );
    const { ConsumedCapacity } = await send('1');
    expect(ConsumedCapacity).toMatchObject([{ TableName: table, CapacityUnits: 6, WriteCapacityUnits: 6 }]);
    await send('1');
    expect((await get(second))?.n).toEqual({ N: '1' });
    await expect(send('2')).rejects.toMatchObject({ name: 'IdempotentParameterMismatchException' });
    const read = await client.send(
      new TransactGetItemsCommand({
        TransactItems: [first, newKey(), second].map((Key) => ({ Get: { TableName: table, Key } })),
      }),
    );
    expect(read.Responses?.map(({ Item }) => Item?.pk)).toEqual([first.pk, undefined, second.pk]);
  });

  test('two operations on one item are refused', async () => {
    const key = newKey();
    await expect(
      client.send(
        new TransactWriteItemsCommand({
          TransactItems: [{ Put: { TableName: table, Item: key } }, { Delete: { TableName: table, Key: key } }],
        }),
      ),
    ).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });
});

describe('capacity', () => {
  test('writes cost one unit per KB and per changed index, reads half per 4 KB', async () => {
    const key = newKey();
    const item = { ...key, owner: { S: 'o' }, due: { N: '1' }, title: { S: 't' }, fill: { S: 'x'.repeat(2500) } };
    const written = await put(item, { ReturnConsumedCapacity: 'INDEXES' });
    expect(written.ConsumedCapacity).toMatchObject({
      CapacityUnits: 4,
      Table: { CapacityUnits: 3 },
      GlobalSecondaryIndexes: { byOwner: { CapacityUnits: 1 } },
    });
    const unseen = await put({ ...item, fill: { S: 'y' } }, { ReturnConsumedCapacity: 'TOTAL' });
    expect(unseen.ConsumedCapacity?.CapacityUnits).toBe(3);
    const moved = await put({ ...item, due: { N: '2' } }, { ReturnConsumedCapacity: 'INDEXES' });
    expect(moved.ConsumedCapacity?.GlobalSecondaryIndexes?.byOwner?.CapacityUnits).toBe(2);
    const read = await client.send(new GetItemCommand({ TableName: table, Key: key, ReturnConsumedCapacity: 'TOTAL' }));
    expect(read.ConsumedCapacity).toEqual({ TableName: table, CapacityUnits: 0.5 });
  });
});

describe('descriptions', () => {
  test('a table describes its keys, index, stream, time-to-live and recovery', async () => {
    const described = await client.send(new DescribeTableCommand({ TableName: table }));
    expect(described.Table).toMatchObject({
      TableStatus: 'ACTIVE',
      TableArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${table}`,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      GlobalSecondaryIndexes: [
        { IndexName: 'byPlace', Projection: { ProjectionType: 'KEYS_ONLY' } },
        { IndexName: 'byOwner', Projection: { ProjectionType: 'INCLUDE' } },
      ],
    });
    expect((await client.send(new ListTablesCommand({}))).TableNames).toContain(table);
    expect((await client.send(new DescribeTimeToLiveCommand({ TableName: table }))).TimeToLiveDescription).toEqual({
      TimeToLiveStatus: 'ENABLED',
      AttributeName: 'expires',
    });
    const backups = await client.send(new DescribeContinuousBackupsCommand({ TableName: table }));
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: 'ENABLED',
    });
  });
});

insideTest('dynamodb').each(['table', 'replica'])(
  "a customer's KMS key of a %s is refused at the start",
  async (place) => {
    const testKernel = createTestKernel();
    const customer = { SSESpecification: { KMSMasterKeyId: 'arn:aws:kms:us-east-1:000000000000:key/own' } };
    const properties = {
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      ...(place === 'table' ? customer : { Replicas: [{ Region: 'us-east-1', ...customer }] }),
    };
    const made = provisionTable(createDynamoDb(testKernel.kernel), properties);
    await expect(made).rejects.toThrow("tables under a customer's KMS key (Data/Table)");
    testKernel.cleanup();
  },
);
