import { type Condition, readConditions, refuseVariables } from './conditions.ts';

/** `*` stands for everybody; the kinds are `AWS`, `Service`, `Federated`, `CanonicalUser`. */
export type PrincipalPattern = '*' | { kind: string; value: string };

export interface Statement {
  sid: string;
  effect: 'Allow' | 'Deny';
  actions: readonly string[];
  /** `NotAction`: everything but `actions`. */
  exceptActions: boolean;
  /** Undefined where a policy carries none: identity policies have no principal, trust policies no resource. */
  resources: readonly string[] | undefined;
  exceptResources: boolean;
  principals: readonly PrincipalPattern[] | undefined;
  exceptPrincipals: boolean;
  conditions: readonly Condition[];
}

const knownElements = new Set([
  'Sid',
  'Effect',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Principal',
  'NotPrincipal',
  'Condition',
]);

const parsedDocuments = new WeakMap<object, readonly Statement[]>();

/**
 * Reads a policy document, once per object: services hand over the same one with every call.
 * Errors: an element, condition operator, condition key or policy variable that is not understood.
 */
export function readPolicy(document: unknown): readonly Statement[] {
  if (typeof document === 'string') return readPolicy(JSON.parse(document) as unknown);
  if (typeof document !== 'object' || document === null) throw new Error('A policy document must be an object.');
  const known = parsedDocuments.get(document);
  if (known) return known;
  const statements = [(document as { Statement?: unknown }).Statement ?? []].flat().map(readStatement);
  parsedDocuments.set(document, statements);
  return statements;
}

function readStatement(raw: unknown): Statement {
  const statement = Object(raw) as Record<string, unknown>;
  for (const element of Object.keys(statement)) {
    if (!knownElements.has(element)) throw new Error(`The policy element ${element} is not understood.`);
  }
  const effect = statement.Effect;
  if (effect !== 'Allow' && effect !== 'Deny') throw new Error('A policy statement needs the effect Allow or Deny.');
  const actions = statement.Action ?? statement.NotAction;
  if (actions === undefined) throw new Error('A policy statement needs Action or NotAction.');
  const resources = statement.Resource ?? statement.NotResource;
  const principals = statement.Principal ?? statement.NotPrincipal;
  return {
    sid: String(statement.Sid ?? ''),
    effect,
    actions: texts(actions),
    exceptActions: statement.NotAction !== undefined,
    resources: resources === undefined ? undefined : texts(resources).map(refuseVariables),
    exceptResources: statement.NotResource !== undefined,
    principals: principals === undefined ? undefined : readPrincipals(principals),
    exceptPrincipals: statement.NotPrincipal !== undefined,
    conditions: readConditions(statement.Condition ?? {}),
  };
}

function readPrincipals(raw: unknown): PrincipalPattern[] {
  if (raw === '*') return ['*'];
  return Object.entries(Object(raw)).flatMap(([kind, values]) =>
    texts(values).map((value): PrincipalPattern => (kind === 'AWS' && value === '*' ? '*' : { kind, value })),
  );
}

function texts(value: unknown): string[] {
  return [value].flat().map(String);
}
