import { describe, expect, test } from '@jest/globals';
import { memberChanges } from './member-changes.ts';

const mira = { kind: 'user', name: 'mira' } as const;
const noah = { kind: 'user', name: 'noah' } as const;

describe('what changes about the members of a role', () => {
  test('is who came and who went', () => {
    expect(memberChanges([mira], [noah])).toEqual({ added: [noah], removed: [mira] });
  });

  test('is nothing when a name is only written otherwise', () => {
    expect(memberChanges([mira], [{ kind: 'user', name: 'Mira' }])).toEqual({ added: [], removed: [] });
  });

  test('tells a group from a person of the same name', () => {
    const group = { kind: 'group', name: 'mira' } as const;
    expect(memberChanges([mira], [mira, group])).toEqual({ added: [group], removed: [] });
  });
});
