import { substitution } from './references.ts';

/** What names in a template stand for while it is being provisioned. */
export interface EvaluationScope {
  /** Parameter, pseudo parameter or created resource; `noValue` for `AWS::NoValue`. Throws for an unknown name. */
  ref(name: string): unknown;
  attribute(logicalId: string, name: string): unknown;
  exported(name: string): unknown;
  mapped(map: string, topKey: string, secondKey: string): unknown;
  condition(name: string): boolean;
}

/** `AWS::NoValue`: the property or list item that evaluates to it is left out. */
export const noValue = Symbol('AWS::NoValue');

type Intrinsic = (argument: unknown, scope: EvaluationScope) => unknown;

/** Evaluates every intrinsic function inside a value. Errors: an unknown function, a malformed argument, an unknown name. */
export function evaluate(value: unknown, scope: EvaluationScope): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, scope)).filter((item) => item !== noValue);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const [only] = entries;
  if (entries.length === 1 && only) {
    const intrinsic = intrinsics.get(only[0]);
    if (intrinsic) return intrinsic(only[1], scope);
    if (only[0].startsWith('Fn::')) throw new Error(`The function ${only[0]} is not understood.`);
  }
  const evaluated = entries.map(([key, inner]) => [key, evaluate(inner, scope)] as const);
  return Object.fromEntries(evaluated.filter(([, inner]) => inner !== noValue));
}

/** Evaluates a condition: the `Conditions` section's functions, which are not allowed anywhere else. */
export function evaluateCondition(expression: unknown, scope: EvaluationScope): boolean {
  const [name = '', argument] = Object.entries(Object(expression))[0] ?? [];
  switch (name) {
    case 'Condition':
      return scope.condition(String(argument));
    case 'Fn::Equals': {
      const [first, second] = list(evaluate(argument, scope), name);
      return String(first) === String(second);
    }
    case 'Fn::Not':
      return !evaluateCondition(list(argument, name)[0], scope);
    case 'Fn::And':
      return list(argument, name).every((inner) => evaluateCondition(inner, scope));
    case 'Fn::Or':
      return list(argument, name).some((inner) => evaluateCondition(inner, scope));
    default:
      throw new Error(`The condition function ${name} is not understood.`);
  }
}

const intrinsics = new Map<string, Intrinsic>([
  ['Ref', (argument, scope) => scope.ref(String(argument))],
  ['Fn::GetAtt', getAttribute],
  ['Fn::Join', join],
  ['Fn::Sub', substitute],
  ['Fn::Select', select],
  ['Fn::Split', split],
  ['Fn::If', choose],
  ['Fn::ImportValue', (argument, scope) => scope.exported(String(evaluate(argument, scope)))],
  ['Fn::FindInMap', findInMap],
  ['Fn::Base64', (argument, scope) => Buffer.from(String(evaluate(argument, scope))).toString('base64')],
]);

function getAttribute(argument: unknown, scope: EvaluationScope): unknown {
  const [logicalId, ...name] = Array.isArray(argument) ? argument : String(argument).split('.');
  return scope.attribute(String(logicalId), name.map((part) => String(evaluate(part, scope))).join('.'));
}

function join(argument: unknown, scope: EvaluationScope): string {
  const [separator, items] = list(argument, 'Fn::Join');
  return list(evaluate(items, scope), 'Fn::Join').map(String).join(String(separator));
}

function substitute(argument: unknown, scope: EvaluationScope): string {
  const [text, variables] = Array.isArray(argument) ? argument : [argument, {}];
  const values = new Map(Object.entries(Object(evaluate(variables, scope))));
  return String(text).replace(substitution, (_whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    if (values.has(name)) return String(values.get(name));
    const dot = name.indexOf('.');
    return String(dot === -1 ? scope.ref(name) : scope.attribute(name.slice(0, dot), name.slice(dot + 1)));
  });
}

function select(argument: unknown, scope: EvaluationScope): unknown {
  const [index, items] = list(argument, 'Fn::Select');
  const evaluated = list(evaluate(items, scope), 'Fn::Select');
  const position = Number(evaluate(index, scope));
  if (!(position in evaluated)) throw new Error(`Fn::Select has no item ${position}.`);
  return evaluated[position];
}

function split(argument: unknown, scope: EvaluationScope): string[] {
  const [separator, text] = list(argument, 'Fn::Split');
  return String(evaluate(text, scope)).split(String(separator));
}

function choose(argument: unknown, scope: EvaluationScope): unknown {
  const [condition, whenTrue, whenFalse] = list(argument, 'Fn::If');
  return evaluate(scope.condition(String(condition)) ? whenTrue : whenFalse, scope);
}

function findInMap(argument: unknown, scope: EvaluationScope): unknown {
  const [map, topKey, secondKey] = list(evaluate(argument, scope), 'Fn::FindInMap');
  return scope.mapped(String(map), String(topKey), String(secondKey));
}

function list(value: unknown, functionName: string): unknown[] {
  if (!Array.isArray(value)) throw new Error(`${functionName} needs a list.`);
  return value;
}
