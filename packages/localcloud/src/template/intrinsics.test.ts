import { describe, expect, test } from '@jest/globals';
import { evaluate } from './intrinsics.ts';
import { StackScope } from './stack-scope.ts';
import type { Template } from './template.ts';

const template: Template = {
  Parameters: {
    Stage: { Type: 'String', Default: 'prod' },
    Zones: { Type: 'CommaDelimitedList', Default: 'a,b,c' },
    Missing: { Type: 'String' },
    Stored: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/path' },
  },
  Mappings: { Sizes: { prod: { memory: 1024 } } },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsNot: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsNot' }, { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsProd' }] }] },
  },
  Resources: {},
  Outputs: {},
};

function scope(): StackScope {
  const created = new StackScope({ stackName: 'Data', template }, new Map([['Other:Arn', 'arn:other']]));
  created.created('Queue', {
    ref: 'http://127.0.0.1:1/000000000000/q',
    attributes: { Arn: 'arn:q', 'Endpoint.Port': 1 },
  });
  return created;
}

/** `${NAME}`, as `Fn::Sub` reads it. */
function named(name: string): string {
  return `\${${name}}`;
}

describe('a template value', () => {
  test.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Queue' }, 'http://127.0.0.1:1/000000000000/q'],
    ['Ref of a parameter', { Ref: 'Stage' }, 'prod'],
    ['Ref of a list parameter', { Ref: 'Zones' }, ['a', 'b', 'c']],
    ['pseudo parameters', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Queue', 'Arn'] }, 'arn:q'],
    ['GetAtt as text, nested', { 'Fn::GetAtt': 'Queue.Endpoint.Port' }, 1],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Stage' }, 1]] }, 'a-prod-1'],
    [
      'Sub',
      { 'Fn::Sub': `${named('AWS::Partition')}:${named('Queue.Arn')}:${named('!Literal')}` },
      `aws:arn:q:${named('Literal')}`,
    ],
    [
      'Sub with variables',
      { 'Fn::Sub': [`${named('A')}/${named('Stage')}`, { A: { Ref: 'AWS::Region' } }] },
      'us-east-1/prod',
    ],
    ['Select of Split', { 'Fn::Select': ['2', { 'Fn::Split': ['/', 'https://host/path'] }] }, 'host'],
    ['ImportValue', { 'Fn::ImportValue': 'Other:Arn' }, 'arn:other'],
    ['If', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'yes'],
    ['nested conditions', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'memory'] }, 1024],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['NoValue in an object', { a: { Ref: 'AWS::NoValue' }, b: 1 }, { b: 1 }],
    ['NoValue in a list', [{ 'Fn::If': ['IsNot', 1, { Ref: 'AWS::NoValue' }] }, 2], [2]],
  ])('%s', (_what, value, expected) => {
    expect(evaluate(value, scope())).toEqual(expected);
  });

  test.each<[string, unknown, RegExp]>([
    ['an unknown function', { 'Fn::Cidr': [] }, /Fn::Cidr/],
    ['an unknown name', { Ref: 'Nothing' }, /Nothing/],
    ['an unknown attribute', { 'Fn::GetAtt': ['Queue', 'Name'] }, /Queue has no attribute Name/],
    ['an attribute that every object inherits', { 'Fn::GetAtt': ['Queue', 'constructor'] }, /no attribute constructor/],
    ['an export that no stack makes', { 'Fn::ImportValue': 'X' }, /No stack exports X/],
    ['a parameter without a value', { Ref: 'Missing' }, /Missing has no value/],
    ['a parameter out of Parameter Store', { Ref: 'Stored' }, /Parameter Store/],
    ['a Select past the end', { 'Fn::Select': [3, ['a']] }, /no item 3/],
  ])('fails on %s', (_what, value, message) => {
    expect(() => evaluate(value, scope())).toThrow(message);
  });
});
