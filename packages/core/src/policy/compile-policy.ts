import { type AnyRecordingRule, parseAddress, type RecordingPolicy } from '@afterimage/contracts';
import { AddressIndex } from './address-index.ts';
import { rankOf } from './recording-actions.ts';
import {
  type CriterionName,
  criterionNames,
  listValues,
  readRange,
  type SessionFacts,
  type ValueKey,
} from './session-facts.ts';

/**
 * A policy turned around: from each value to the rules that list it, so that a decision looks up what the session has
 * and not what 10,000 rules list. A rule's place is its index in `rules`.
 */
export interface CompiledPolicy {
  readonly policy: RecordingPolicy;
  /** In the order in which they win: by rank of the action, of equal actions the oldest first (POL-047..049). */
  readonly rules: readonly AnyRecordingRule[];
  /** For each rule the criteria that must hold, a bit each; 0 for everybody. */
  readonly needed: Uint8Array;
  readonly byValue: ReadonlyMap<ValueKey, { readonly bit: number; readonly places: readonly number[] }>;
  readonly byAddress: AddressIndex;
}

const bitOf = (name: CriterionName) => 1 << criterionNames.indexOf(name);

/** @throws when an address range cannot be read, which the schema of policies does not let through */
export function compilePolicy(policy: RecordingPolicy): CompiledPolicy {
  const rules = policy.rules
    .map((rule) => ({ rule, rank: rankOf(rule.action) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ rule }) => rule);
  const needed = rules.map(({ criteria }) =>
    criterionNames.reduce((bits, name) => (criteria[name] === undefined ? bits : bits | bitOf(name)), 0),
  );
  const ranges = rules.flatMap(({ criteria }, place) =>
    (criteria.clientAddresses ?? []).map((text) => ({ range: readRange(text), place })),
  );
  return {
    policy,
    rules,
    needed: Uint8Array.from(needed),
    byValue: placesByValue(rules),
    byAddress: new AddressIndex(ranges),
  };
}

function placesByValue(rules: readonly AnyRecordingRule[]): CompiledPolicy['byValue'] {
  const byValue = new Map<ValueKey, { bit: number; places: number[] }>();
  for (const [place, { criteria }] of rules.entries()) {
    for (const { criterion, key } of listValues(criteria)) {
      const known = byValue.get(key);
      if (known === undefined) byValue.set(key, { bit: bitOf(criterion), places: [place] });
      else known.places.push(place);
    }
  }
  return byValue;
}

/** Places of the rules whose criteria all hold, in the order in which they win. */
export function findMatchingPlaces(
  { needed, byValue, byAddress }: CompiledPolicy,
  { attributes }: SessionFacts,
  values: ReadonlyMap<ValueKey, string>,
): number[] {
  const held = new Uint8Array(needed.length);
  const hold = (bit: number, places: Iterable<number>) => {
    for (const place of places) held[place] = (held[place] ?? 0) | bit;
  };
  for (const key of values.keys()) {
    const listed = byValue.get(key);
    if (listed !== undefined) hold(listed.bit, listed.places);
  }
  const address = parseAddress(attributes.clientAddress?.value ?? '');
  if (address !== undefined) hold(bitOf('clientAddresses'), byAddress.find(address));
  const matching: number[] = [];
  for (let place = 0; place < needed.length; place++) {
    if (needed[place] === held[place]) matching.push(place);
  }
  return matching;
}
