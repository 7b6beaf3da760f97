import { AwsError } from '../../kernel/types.ts';
import { type FunctionConfiguration, functionArn, functionNameOf } from './function-configuration.ts';
import type { PolicyStatement } from './resource-policy.ts';

export interface KnownFunction {
  configuration: FunctionConfiguration;
  /** Statements of the function's resource-based policy. */
  statements: PolicyStatement[];
}

/** The functions of the template. Permissions may be known before their function is asked for. */
export class FunctionCatalogue {
  readonly #functions = new Map<string, FunctionConfiguration>();
  readonly #statements = new Map<string, PolicyStatement[]>();

  add(configuration: FunctionConfiguration): void {
    this.#functions.set(configuration.name, configuration);
  }

  permit(functionName: string, statement: PolicyStatement): void {
    const others = (this.#statements.get(functionName) ?? []).filter(({ Sid }) => Sid !== statement.Sid);
    this.#statements.set(functionName, [...others, statement]);
  }

  /** Errors: ResourceNotFoundException (404). */
  find(nameOrArn: string): KnownFunction {
    const name = functionNameOf(nameOrArn);
    const configuration = this.#functions.get(name);
    if (!configuration) {
      throw new AwsError('ResourceNotFoundException', 404, `Function not found: ${functionArn(name)}`, {
        Type: 'User',
      });
    }
    return { configuration, statements: this.#statements.get(name) ?? [] };
  }
}
