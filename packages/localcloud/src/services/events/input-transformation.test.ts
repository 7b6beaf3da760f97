import { describe, expect, test } from '@jest/globals';
import { inputFor, type TargetInput } from './input-transformation.ts';

const event = {
  id: 'e1',
  source: 'afterimage',
  detail: { who: 'a "b"', size: 7, parts: [{ name: 'first' }], map: { k: 'v' } },
};
const facts = { ruleArn: 'arn:rule', ruleName: 'rule', ingestionTime: '2026-01-01T00:00:00.000Z' };

function template(text: string, paths: Record<string, string> = {}): TargetInput {
  return { kind: 'template', paths, template: text };
}

describe('a target gets', () => {
  test('the event itself, a constant, or a part of the event', () => {
    expect(JSON.parse(inputFor({ kind: 'event' }, event, facts))).toEqual(event);
    expect(inputFor({ kind: 'constant', json: '{"a":1}' }, event, facts)).toBe('{"a":1}');
    expect(inputFor({ kind: 'path', path: '$.detail.parts[0].name' }, event, facts)).toBe('"first"');
    expect(inputFor({ kind: 'path', path: "$['detail'].size" }, event, facts)).toBe('7');
  });

  test('a template whose values keep it JSON, inside and outside quotes', () => {
    const paths = { who: '$.detail.who', size: '$.detail.size', map: '$.detail.map', none: '$.detail.none' };
    const text = '{"who":<who>,"size":<size>,"map":<map>,"none":<none>,"text":"<who> has <size> and <map><none>"}';
    expect(JSON.parse(inputFor(template(text, paths), event, facts))).toEqual({
      who: 'a "b"',
      size: 7,
      map: { k: 'v' },
      none: '',
      text: 'a "b" has 7 and {"k":"v"}',
    });
  });

  test('what the rule knows, where the template names it', () => {
    const text = '{"rule":<aws.events.rule-name>,"event":<aws.events.event>,"all":<aws.events.event.json>}';
    expect(JSON.parse(inputFor(template(text), event, facts))).toEqual({
      rule: 'rule',
      event: { id: 'e1', source: 'afterimage' },
      all: event,
    });
  });
});
