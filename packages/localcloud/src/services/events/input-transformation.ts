import { AwsError } from '../../kernel/types.ts';

/** How a target wants its input. */
export type TargetInput =
  | { kind: 'event' }
  | { kind: 'constant'; json: string }
  | { kind: 'path'; path: string }
  | { kind: 'template'; paths: Readonly<Record<string, string>>; template: string };

/** What EventBridge itself knows besides the event. */
export interface RuleFacts {
  ruleArn: string;
  ruleName: string;
  ingestionTime: string;
}

/** The text that a target gets: JSON, or plain text out of a template that is a string without quotes' content as JSON. */
export function inputFor(input: TargetInput, event: Readonly<Record<string, unknown>>, facts: RuleFacts): string {
  switch (input.kind) {
    case 'event':
      return JSON.stringify(event);
    case 'constant':
      return input.json;
    case 'path':
      return JSON.stringify(readPath(event, input.path) ?? null);
    case 'template':
      return fillTemplate(input.template, valuesOf(input.paths, event, facts));
  }
}

function valuesOf(
  paths: Readonly<Record<string, string>>,
  event: Readonly<Record<string, unknown>>,
  facts: RuleFacts,
): Map<string, unknown> {
  const { detail: _detail, ...withoutDetail } = event;
  return new Map<string, unknown>([
    ...Object.entries(paths).map(([name, path]): [string, unknown] => [name, readPath(event, path)]),
    ['aws.events.rule-arn', facts.ruleArn],
    ['aws.events.rule-name', facts.ruleName],
    ['aws.events.event.ingestion-time', facts.ingestionTime],
    ['aws.events.event', withoutDetail],
    ['aws.events.event.json', event],
  ]);
}

/**
 * Puts values in place of `<name>`. Inside quotes a value goes in as text (an object as escaped JSON); outside quotes a
 * string brings quotes of its own in a JSON template, so that the result is JSON either way. A value that is not there
 * becomes empty text.
 */
function fillTemplate(template: string, values: ReadonlyMap<string, unknown>): string {
  const isJsonObject = template.trimStart().startsWith('{');
  let insideQuotes = false;
  return template.replace(/\\.|"|<([\w.-]+)>/gs, (token, name: string | undefined) => {
    if (token === '"') insideQuotes = !insideQuotes;
    if (name === undefined || !values.has(name)) return token;
    const value = values.get(name);
    if (insideQuotes) return JSON.stringify(textOf(value)).slice(1, -1);
    if (value === undefined) return isJsonObject ? '""' : '';
    return JSON.stringify(value);
  });
}

function textOf(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Reads `$.detail.list[0].name`: the part of JSON path that EventBridge takes. */
export function readPath(event: unknown, path: string): unknown {
  let value: unknown = event;
  for (const part of pathParts(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<string | number, unknown>)[part];
  }
  return value;
}

/** Errors: ValidationException for what is no such path. */
export function pathParts(path: string): (string | number)[] {
  const parts: (string | number)[] = [];
  const pattern = /\.([\w-]+)|\['([^']+)'\]|\[(\d+)\]/y;
  pattern.lastIndex = 1;
  while (path.startsWith('$') && pattern.lastIndex < path.length) {
    const match = pattern.exec(path);
    if (match === null) throw invalidPath(path);
    parts.push(match[3] === undefined ? (match[1] ?? match[2] ?? '') : Number(match[3]));
  }
  if (!path.startsWith('$')) throw invalidPath(path);
  return parts;
}

function invalidPath(path: string): AwsError {
  return new AwsError('ValidationException', 400, `Invalid JSON path: ${path}`);
}
