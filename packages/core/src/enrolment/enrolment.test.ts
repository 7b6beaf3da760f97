import { makeEnrolmentTokenId } from '@afterimage/contracts';
import { describe, expect, test } from '@jest/globals';
import { formatEnrolmentCredential, parseEnrolmentCredential } from './enrolment-credential.ts';
import { refuseToken } from './enrolment-rules.ts';

const enrolmentTokenId = makeEnrolmentTokenId({
  nowMs: () => 1_800_000_000_000,
  randomBytes: (n) => new Uint8Array(n).fill(7),
});
const secret = 'Zm9yLXRlc3RzLW9ubHktbm90LXJlYWw';

describe('enrolment credential', () => {
  test('is read as it was written', () => {
    expect(parseEnrolmentCredential(formatEnrolmentCredential({ enrolmentTokenId, secret }))).toEqual({
      enrolmentTokenId,
      secret,
    });
  });

  test.each([
    '',
    '.',
    secret,
    `${enrolmentTokenId}`,
    `${enrolmentTokenId}.short`,
    `${enrolmentTokenId}.${secret} `,
    `agt_x.${secret}`,
  ])('is not %j', (text) => {
    expect(parseEnrolmentCredential(text)).toBeUndefined();
  });
});

describe('refuseToken', () => {
  const token = { expiresAt: '2026-11-22T10:00:00.000Z', usesLeft: 1 };
  const expiry = Date.parse(token.expiresAt);

  test('accepts until the moment of expiry and refuses from it on', () => {
    expect(refuseToken(token, expiry - 1)).toBeUndefined();
    expect(refuseToken(token, expiry)).toBe('expired');
  });

  test('refuses a token whose uses are spent', () => {
    expect(refuseToken({ ...token, usesLeft: 0 }, expiry - 1)).toBe('used-up');
  });
});
