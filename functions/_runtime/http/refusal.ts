import type { Problem, ProblemName } from '@afterimage/contracts';

/** A refusal on the way to a use case; the bundle turns it into a problem response. */
export class Refusal extends Error {
  readonly problem: ProblemName;
  readonly detail: string;
  readonly errors: Problem['errors'];

  constructor(problem: ProblemName, detail: string, errors?: Problem['errors']) {
    super(problem);
    this.name = 'Refusal';
    this.problem = problem;
    this.detail = detail;
    this.errors = errors;
  }
}
