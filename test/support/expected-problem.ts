import { expect } from '@jest/globals';
import { problemNameOf, type RawAnswer } from './raw-call.ts';

/** RFC 9457, with a detail that a person can act on. */
export function expectProblem(answer: RawAnswer, status: number, name: string): void {
  expect([answer.status, problemNameOf(answer)]).toEqual([status, name]);
  expect(answer.contentType).toBe('application/problem+json');
  expect(answer.problem).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
}

/** API Gateway itself says no: no function of the product has run. */
export function expectForbidden(answer: RawAnswer): void {
  expect([answer.status, problemNameOf(answer)]).toEqual([403, undefined]);
}
