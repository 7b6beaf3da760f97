import { existsSync, readFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const providedByTheRuntime = /^@(?:aws-sdk|smithy)\//;

/**
 * Gives the function the module world it has on Lambda, where nothing lies above the task root: a package that was
 * left out of the bundle is not found although this machine has it, and a `.js` file is CommonJS whatever the
 * package.json further up says. The AWS SDK comes with the runtime.
 */
export function confineModulesTo(taskRoot: string): void {
  const root = taskRoot + sep;
  const runtime = import.meta.url;
  registerHooks({
    resolve: (specifier, context, nextResolve) => {
      const parent = context.parentURL;
      if (parent === undefined || !isInside(parent, root)) {
        return nextResolve(specifier, context);
      }
      if (providedByTheRuntime.test(specifier) && !existsSync(join(taskRoot, 'node_modules', specifier))) {
        return nextResolve(specifier, { ...context, parentURL: runtime });
      }
      const resolved = nextResolve(specifier, context);
      if (resolved.url.startsWith('file:') && !isInside(resolved.url, root)) {
        throw moduleNotFound(specifier, parent);
      }
      return resolved;
    },
  });
  treatScriptsAsCommonJs(taskRoot);
}

/** Without a package.json of its own, a `.js` file in the task root is CommonJS, as it is where no parent has one. */
function treatScriptsAsCommonJs(taskRoot: string): void {
  const { extensions } = createRequire(import.meta.url);
  const compile = extensions['.js'];
  extensions['.js'] = (module, path: string) => {
    if (!path.startsWith(taskRoot + sep) || hasPackageScope(path, taskRoot)) {
      return compile?.(module, path);
    }
    return (module as CompilingModule)._compile(readFileSync(path, 'utf8'), path, 'commonjs');
  };
}

/** Node's CommonJS module with the method its own loaders call. */
type CompilingModule = NodeJS.Module & { _compile(source: string, path: string, format: 'commonjs'): unknown };

function isInside(url: string, root: string): boolean {
  return url.startsWith(pathToFileURL(root).href);
}

function hasPackageScope(path: string, taskRoot: string): boolean {
  for (let directory = dirname(path); directory.startsWith(taskRoot); directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json'))) {
      return true;
    }
  }
  return false;
}

function moduleNotFound(specifier: string, parentUrl: string): Error {
  const error = new Error(`Cannot find package '${specifier}' imported from ${fileURLToPath(parentUrl)}`);
  return Object.assign(error, { code: 'ERR_MODULE_NOT_FOUND' });
}
