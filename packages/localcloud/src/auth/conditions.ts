import { matchesArn, matchesWildcard } from './wildcard.ts';

/** One operator over one key: `{ "StringEquals": { "aws:SourceArn": [...] } }`. All of a statement's must hold. */
export interface Condition {
  compare: Comparison;
  negated: boolean;
  /** `...IfExists`: holds when the key is absent. */
  ifExists: boolean;
  quantifier: 'ForAllValues' | 'ForAnyValue' | undefined;
  /** `Null`: only asks whether the key is present. */
  isNullCheck: boolean;
  /** Lower-cased. */
  key: string;
  values: readonly string[];
}

export type ConditionContext = Readonly<Record<string, string | readonly string[]>>;

type Comparison = (actual: string, expected: string) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  StringLike: (actual, expected) => matchesWildcard(expected, actual),
  ArnEquals: (actual, expected) => matchesArn(expected, actual),
  ArnLike: (actual, expected) => matchesArn(expected, actual),
  Bool: (actual, expected) => actual.toLowerCase() === expected.toLowerCase(),
  NumericEquals: (actual, expected) => Number(actual) === Number(expected),
  NumericLessThan: (actual, expected) => Number(actual) < Number(expected),
  NumericLessThanEquals: (actual, expected) => Number(actual) <= Number(expected),
  NumericGreaterThan: (actual, expected) => Number(actual) > Number(expected),
  NumericGreaterThanEquals: (actual, expected) => Number(actual) >= Number(expected),
  DateEquals: (actual, expected) => Date.parse(actual) === Date.parse(expected),
  DateLessThan: (actual, expected) => Date.parse(actual) < Date.parse(expected),
  DateLessThanEquals: (actual, expected) => Date.parse(actual) <= Date.parse(expected),
  DateGreaterThan: (actual, expected) => Date.parse(actual) > Date.parse(expected),
  DateGreaterThanEquals: (actual, expected) => Date.parse(actual) >= Date.parse(expected),
};

const negations: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
};

/**
 * The keys that localcloud or one of its services fills in. A policy with any other key is refused at the start,
 * because a Deny over a key that nobody fills in would silently never apply.
 */
const knownKeys: readonly RegExp[] = [
  /^aws:(securetransport|sourcearn|sourceaccount|principalarn|principalaccount)$/,
  /^aws:(principalisawsservice|requestedregion|currenttime)$/,
  /^s3:(prefix|delimiter|max-keys|versionid|tlsversion|signatureversion|authtype)$/,
  /^s3:(x-amz-[a-z0-9-]+|object-lock-[a-z-]+|if-none-match|if-match)$/,
  /^kms:(encryptioncontext:.+|encryptioncontextkeys|viaservice|calleraccount|keyspec|keyusage|signingalgorithm|messagetype|encryptionalgorithm)$/,
  /^dynamodb:leadingkeys$/,
  /^events:(source|detail-type)$/,
];

export function readConditions(raw: unknown): Condition[] {
  return Object.entries(Object(raw)).flatMap(([operator, keys]) =>
    Object.entries(Object(keys)).map(([key, values]) => readCondition(operator, key, [values].flat().map(String))),
  );
}

/** Errors: `${…}`, which IAM would replace; taken as it stands it would match nothing, and a Deny would never apply. */
export function refuseVariables(text: string): string {
  if (text.includes('${')) throw new Error(`The policy variable in ${text} is not understood.`);
  return text;
}

function readCondition(operator: string, key: string, values: readonly string[]): Condition {
  const [, quantifier, name = '', suffix] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(operator) ?? [];
  const isNullCheck = name === 'Null';
  const compare = comparisons[negations[name] ?? (isNullCheck ? 'Bool' : name)];
  if (!compare) throw new Error(`The condition operator ${operator} is not understood.`);
  const lowerKey = key.toLowerCase();
  if (!knownKeys.some((known) => known.test(lowerKey))) throw new Error(`The condition key ${key} is not understood.`);
  for (const value of values) refuseVariables(value);
  return {
    compare,
    negated: negations[name] !== undefined,
    ifExists: suffix !== undefined,
    quantifier: quantifier === 'ForAllValues' || quantifier === 'ForAnyValue' ? quantifier : undefined,
    isNullCheck,
    key: lowerKey,
    values,
  };
}

export function conditionHolds(condition: Condition, context: ConditionContext): boolean {
  const found = context[condition.key];
  const actual = found === undefined ? undefined : [found].flat();
  if (condition.isNullCheck) return condition.values.includes(String(actual === undefined));
  if (actual === undefined) return condition.ifExists || holdsForNothing(condition);
  const holdsFor = (value: string) =>
    condition.values.some((expected) => condition.compare(value, expected)) !== condition.negated;
  return condition.quantifier === 'ForAllValues' ? actual.every(holdsFor) : holdsForSome(condition, actual, holdsFor);
}

/** An absent key differs from every value and has no value that could fail, but none that could be found either. */
function holdsForNothing({ negated, quantifier }: Condition): boolean {
  return quantifier === undefined ? negated : quantifier === 'ForAllValues';
}

/** Without a quantifier a negated operator must hold for all of the request's values, any other for one. */
function holdsForSome(condition: Condition, actual: readonly string[], holdsFor: (value: string) => boolean): boolean {
  if (condition.negated && condition.quantifier === undefined) return actual.every(holdsFor);
  return actual.some(holdsFor);
}
