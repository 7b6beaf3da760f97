import { type FunctionEnvironment, type FunctionName, functionEnvironments } from '@afterimage/contracts';

/**
 * What a function finds in its environment, parsed once at cold start.
 * @throws ZodError naming the variable that is missing: the function does not start
 */
export function readEnvironment<N extends FunctionName>(name: N): FunctionEnvironment<N> {
  return functionEnvironments[name].parse(process.env) as FunctionEnvironment<N>;
}
