import type { Machine, Principal, RuleCriteria } from '@afterimage/contracts';

export type CriterionName = keyof RuleCriteria;

/** In the order in which the wizard asks for them. */
export const criterionNames = [
  'principals',
  'applications',
  'machines',
  'clientAddresses',
  'accessTags',
] as const satisfies readonly CriterionName[];

/** One alternative of a criterion. Of names that stand for several kinds, the kind is said. */
export interface CriterionValue {
  kind?: Principal['kind'] | Machine['kind'] | 'address' | 'application';
  text: string;
}

export function valuesOf(criteria: RuleCriteria, name: CriterionName): CriterionValue[] {
  return asCriterionValues(name, criteria[name] ?? []);
}

export function asCriterionValues(
  name: CriterionName,
  values: readonly (string | Principal | Machine)[],
): CriterionValue[] {
  return values.map((value) => {
    if (typeof value !== 'string') return { kind: value.kind, text: value.name };
    if (name === 'clientAddresses') return { kind: 'address', text: value };
    return name === 'applications' ? { kind: 'application', text: value } : { text: value };
  });
}
