import { isIPv4, isIPv6 } from 'node:net';
import { AwsError } from '../../kernel/types.ts';
import { cidrContains } from './cidr.ts';

/** Whether an event has what the pattern asks for. */
export type EventPattern = (event: unknown) => boolean;

/** Judges one value of the event; undefined: the field is not there. */
type ValueTest = (value: unknown) => boolean;

/**
 * Compiles an event pattern: objects are matched member by member (all must match), lists are alternatives (one must
 * match one of the field's values), `$or` holds alternative patterns.
 * Errors: InvalidEventPatternException for what EventBridge would not take.
 */
export function compilePattern(pattern: unknown): EventPattern {
  const members = objectOf(pattern, 'Event pattern is not a valid JSON object');
  if (Object.keys(members).length === 0) throw invalidPattern('Empty event pattern');
  return compileObject(members);
}

function compileObject(members: Readonly<Record<string, unknown>>): EventPattern {
  const tests = Object.entries(members).map(([name, expected]) =>
    name === '$or' && Array.isArray(expected) ? alternatives(expected) : member(name, expected),
  );
  return (event) => tests.every((test) => test(event));
}

function alternatives(patterns: readonly unknown[]): EventPattern {
  if (patterns.length < 2) throw invalidPattern('There must have at least 2 Objects in $or relationship.');
  const compiled = patterns.map((pattern) =>
    compileObject(objectOf(pattern, 'Only objects are allowed in array of $or')),
  );
  return (event) => compiled.some((test) => test(event));
}

function member(name: string, expected: unknown): EventPattern {
  if (!Array.isArray(expected)) {
    const nested = compileObject(objectOf(expected, `"${name}" must be an object or an array`));
    return (event) => anyOf(memberOf(event, name), (value) => nested(value));
  }
  if (expected.length === 0) throw invalidPattern('Empty arrays are not allowed');
  const tests = expected.map(valueTest);
  return (event) => {
    const actual = memberOf(event, name);
    return tests.some((test) => anyOf(actual, test));
  };
}

/** A list in the event matches when one of its elements does; an absent field is tested as undefined. */
function anyOf(actual: unknown, test: ValueTest): boolean {
  if (!Array.isArray(actual)) return test(actual);
  return actual.length === 0 ? test(undefined) : actual.some((element) => anyOf(element, test));
}

function memberOf(event: unknown, name: string): unknown {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) return undefined;
  return Object.hasOwn(event, name) ? (event as Record<string, unknown>)[name] : undefined;
}

function valueTest(expected: unknown): ValueTest {
  if (typeof expected !== 'object' || expected === null) return (value) => value !== undefined && value === expected;
  const entries = Object.entries(objectOf(expected, 'Nested arrays are not allowed'));
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) throw invalidPattern('Only one key allowed in match expression');
  const [operator, operand] = entry;
  if (operator === 'exists') return existence(operand);
  if (operator === 'anything-but') return anythingBut(operand);
  if (operator === 'numeric') return numericTest(operand);
  if (operator === 'cidr') return cidrTest(operand);
  return textTest(operator, operand);
}

function existence(operand: unknown): ValueTest {
  if (typeof operand !== 'boolean') throw invalidPattern('exists match pattern must be either true or false');
  return (value) => isLeaf(value) === operand;
}

function isLeaf(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || value === null);
}

/** Negates a text operator, or a comparison with one or several values. Only a field that is there can match. */
function anythingBut(operand: unknown): ValueTest {
  if (typeof operand === 'object' && operand !== null && !Array.isArray(operand)) {
    const entries = Object.entries(operand);
    const [entry] = entries;
    if (entry === undefined || entries.length > 1) throw invalidPattern('Only one key allowed in match expression');
    const tests = [entry[1]].flat().map((text) => textTest(entry[0], text));
    return (value) => isLeaf(value) && !tests.some((test) => test(value));
  }
  const excluded: unknown[] = [operand].flat();
  if (excluded.length === 0 || excluded.some((value) => typeof value !== 'string' && typeof value !== 'number')) {
    throw invalidPattern('Inside anything but list, start|null|boolean is not supported.');
  }
  return (value) => isLeaf(value) && !excluded.includes(value);
}

function textTest(operator: string, operand: unknown): ValueTest {
  const test = textOperators[operator];
  if (test === undefined) throw invalidPattern(`Unrecognized match type ${operator}`);
  const ignoresCase = typeof operand === 'object' && operand !== null && 'equals-ignore-case' in operand;
  const text = ignoresCase ? operand['equals-ignore-case'] : operand;
  if (typeof text !== 'string' || (ignoresCase && operator !== 'prefix' && operator !== 'suffix')) {
    throw invalidPattern(`${operator} match pattern must be a string`);
  }
  const matches = test(ignoresCase ? text.toLowerCase() : text);
  return (value) => typeof value === 'string' && matches(ignoresCase ? value.toLowerCase() : value);
}

const textOperators: Readonly<Record<string, (operand: string) => (value: string) => boolean>> = {
  prefix: (operand) => (value) => value.startsWith(operand),
  suffix: (operand) => (value) => value.endsWith(operand),
  'equals-ignore-case': (operand) => (value) => value.toLowerCase() === operand.toLowerCase(),
  wildcard: wildcardTest,
};

/** `*` stands for any run of characters; `\*` and `\\` for themselves. */
function wildcardTest(operand: string): (value: string) => boolean {
  if (/(?<!\\)\*\*/.test(operand)) throw invalidPattern('Consecutive wildcard characters are not allowed');
  const source = operand.replace(/\\([*\\])|(\*)|([\s\S])/g, (_match, escaped, star, other) =>
    star === undefined ? String(escaped ?? other).replace(/[\\^$.*+?()[\]{}|/]/, '\\$&') : '[\\s\\S]*',
  );
  const expression = new RegExp(`^${source}$`, 'u');
  return (value) => expression.test(value);
}

const numericOperators: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

function numericTest(operand: unknown): ValueTest {
  if (!Array.isArray(operand) || (operand.length !== 2 && operand.length !== 4)) {
    throw invalidPattern('Value of numeric must be an array of one or two operators with their numbers.');
  }
  const bounds = Array.from({ length: operand.length / 2 }, (_, index) => {
    const compare = numericOperators[String(operand[index * 2])];
    const bound: unknown = operand[index * 2 + 1];
    if (compare === undefined || typeof bound !== 'number') throw invalidPattern('Value of numeric must be numeric');
    return (value: number) => compare(value, bound);
  });
  return (value) => typeof value === 'number' && bounds.every((holds) => holds(value));
}

function cidrTest(operand: unknown): ValueTest {
  const [address = '', length = ''] = typeof operand === 'string' ? operand.split('/') : [];
  const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
  if (bits === 0 || !/^\d{1,3}$/.test(length) || Number(length) > bits) {
    throw invalidPattern("Malformed CIDR, one '/' required");
  }
  return (value) => typeof value === 'string' && cidrContains({ address, prefixBits: Number(length) }, value);
}

function objectOf(value: unknown, refusal: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalidPattern(refusal);
  return value as Record<string, unknown>;
}

function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidEventPatternException', 400, `Event pattern is not valid. Reason: ${reason}`);
}
