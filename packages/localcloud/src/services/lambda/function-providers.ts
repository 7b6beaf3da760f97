import { accountId, type Kernel, type ResourceProvider, region } from '../../kernel/types.ts';
import { locateCode } from './code-location.ts';
import type { FunctionCatalogue } from './function-catalogue.ts';
import { functionArn, functionNameOf, readFunctionConfiguration } from './function-configuration.ts';
import { readPermission } from './resource-policy.ts';

export function functionProviders(kernel: Kernel, functions: FunctionCatalogue): ResourceProvider[] {
  return [functionProvider(kernel, functions), permissionProvider(functions), layerProvider()];
}

function functionProvider(kernel: Kernel, functions: FunctionCatalogue): ResourceProvider {
  return {
    type: 'AWS::Lambda::Function',
    understood: [
      'Code',
      'Environment',
      'FunctionName',
      'Handler',
      'LoggingConfig',
      'MemorySize',
      'ReservedConcurrentExecutions',
      'Role',
      'Runtime',
      'Timeout',
    ],
    harmless: {
      Architectures: 'JavaScript runs the same on either processor',
      Description: 'for people',
      EphemeralStorage: 'the temporary directory of this machine has no quota',
      KmsKeyArn: 'environment variables are never at rest here',
      PackageType: 'Zip is the one kind there is',
      RecursiveLoop: 'no loop detection here',
      SnapStart: 'a start from a snapshot shows the function nothing',
      Tags: 'for people',
      TracingConfig: 'no X-Ray here; the trace header is given unsampled',
      RuntimeManagementConfig: 'this process is the runtime',
    },
    async provision(resource) {
      const { FunctionName } = resource.properties;
      const name =
        typeof FunctionName === 'string' ? FunctionName : kernel.physicalName(resource.stackName, resource.logicalId);
      const taskRoot = locateCode(resource, kernel.dataDirectory, name);
      functions.add(readFunctionConfiguration(resource, name, taskRoot));
      return { ref: name, attributes: { Arn: functionArn(name) } };
    },
  };
}

function permissionProvider(functions: FunctionCatalogue): ResourceProvider {
  return {
    type: 'AWS::Lambda::Permission',
    understood: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'],
    harmless: {},
    async provision(resource) {
      const name = functionNameOf(String(resource.properties.FunctionName));
      const statement = readPermission(resource, functionArn(name));
      functions.permit(name, statement);
      return { ref: statement.Sid, attributes: { Id: statement.Sid } };
    },
  };
}

/** A layer alone changes nothing; a function that names one is refused, because `Layers` is not understood above. */
function layerProvider(): ResourceProvider {
  return {
    type: 'AWS::Lambda::LayerVersion',
    understood: [],
    harmless: Object.fromEntries(
      ['CompatibleArchitectures', 'CompatibleRuntimes', 'Content', 'Description', 'LayerName', 'LicenseInfo'].map(
        (name) => [name, 'no function that is run here may use a layer'],
      ),
    ),
    provision: async ({ logicalId }) => ({
      ref: `arn:aws:lambda:${region}:${accountId}:layer:${logicalId}:1`,
      attributes: {},
    }),
  };
}
