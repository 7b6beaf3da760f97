import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface LambdaContext {
  awsRequestId: string;
  functionName: string;
  functionVersion: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
  callbackWaitsForEmptyEventLoop: boolean;
  getRemainingTimeInMillis(): number;
}

export type Handler = (event: unknown, context: LambdaContext) => unknown;

/** An error with the name that Lambda gives to a failed initialisation (`Runtime.HandlerNotFound` …). */
class RuntimeError extends Error {
  constructor(name: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.name = name;
  }
}

/** Loads `FILE.EXPORT` out of the task root. Errors carry Lambda's `Runtime.…` names. */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const dot = handler.lastIndexOf('.');
  if (dot < 1) {
    throw new RuntimeError('Runtime.MalformedHandlerName', `Bad handler: ${handler}`);
  }
  const moduleName = handler.slice(0, dot);
  const exported = findExport(await importModule(taskRoot, moduleName), handler.slice(dot + 1));
  if (exported === undefined) {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof exported !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is not a function`);
  }
  if (exported.length >= 3) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
        'You need to modify this function to use a supported handler signature to use Node.js 24 or later.',
    );
  }
  return exported as Handler;
}

async function importModule(taskRoot: string, moduleName: string): Promise<unknown> {
  const path = ['.js', '.mjs', '.cjs'].map((extension) => join(taskRoot, moduleName + extension)).find(existsSync);
  if (path === undefined) {
    throw new RuntimeError('Runtime.ImportModuleError', `Error: Cannot find module '${moduleName}'`);
  }
  try {
    return path.endsWith('.js') ? createRequire(path)(path) : await import(pathToFileURL(path).href);
  } catch (error) {
    throw translateImportError(error);
  }
}

function translateImportError(error: unknown): unknown {
  if (error instanceof SyntaxError) {
    return new RuntimeError('Runtime.UserCodeSyntaxError', String(error), error);
  }
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') {
    return new RuntimeError('Runtime.ImportModuleError', String(error), error);
  }
  return error;
}

function findExport(module: unknown, name: string): unknown {
  const namespace = module as Record<string, unknown> & { default?: Record<string, unknown> };
  return namespace[name] ?? namespace.default?.[name];
}
