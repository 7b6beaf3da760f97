import { AwsError } from '../../kernel/types.ts';
import { type FunctionConfiguration, functionArn, functionNameOf } from './function-configuration.ts';
import { type PolicyStatement, policyDocument, type ResourcePolicy } from './resource-policy.ts';

export interface KnownFunction {
  configuration: FunctionConfiguration;
  /** The function's resource-based policy; the same object from call to call. */
  policy: ResourcePolicy;
}

/** The functions of the template. Permissions may be known before their function is asked for. */
export class FunctionCatalogue {
  readonly #functions = new Map<string, FunctionConfiguration>();
  readonly #policies = new Map<string, ResourcePolicy>();

  add(configuration: FunctionConfiguration): void {
    this.#functions.set(configuration.name, configuration);
  }

  permit(functionName: string, statement: PolicyStatement): void {
    const others = this.#policyOf(functionName).Statement.filter(({ Sid }) => Sid !== statement.Sid);
    this.#policies.set(functionName, policyDocument([...others, statement]));
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
    return { configuration, policy: this.#policyOf(name) };
  }

  #policyOf(name: string): ResourcePolicy {
    const policy = this.#policies.get(name) ?? policyDocument([]);
    this.#policies.set(name, policy);
    return policy;
  }
}
