import { readFileSync, writeFileSync } from 'node:fs';

/**
 * Adds the platform variants that npm leaves out of `package-lock.json` when a registry mirror does not carry them:
 * without their entries `npm ci` calls the file incomplete on every platform. Run it after a change of dependencies.
 */
interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, LockedPackage> };

const systems = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'win32'];
const processors = ['arm64', 'arm', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'];

/** `@biomejs/cli-linux-arm64-musl` → linux, arm64. Undefined for an optional package that is no platform variant. */
function platformOf(name: string): Required<Pick<LockedPackage, 'os' | 'cpu' | 'libc'>> | undefined {
  const words = name.split(/[-/.]/);
  if (name.includes('wasm32')) return { os: [], cpu: ['wasm32'], libc: [] };
  const os = systems.find((system) => words.includes(system));
  const cpu = processors.find((processor) => words.includes(processor));
  if (name.endsWith('fsevents')) return { os: ['darwin'], cpu: [], libc: [] };
  if (os === undefined) return undefined;
  const libc = words.some((word) => word.startsWith('musl')) ? ['musl'] : words.includes('gnu') ? ['glibc'] : [];
  return { os: [os], cpu: cpu === undefined ? [] : [cpu], libc };
}

let added = 0;
for (const [path, owner] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(owner.optionalDependencies ?? {})) {
    const nested = `${path}/node_modules/${name}`;
    if (lock.packages[`node_modules/${name}`] !== undefined || lock.packages[nested] !== undefined) continue;
    const platform = platformOf(name);
    const version = /^[~^]?(\d+\.\d+\.\d+.*)$/.exec(range)?.[1];
    if (platform === undefined || version === undefined) throw new Error(`${path}: cannot complete ${name}@${range}`);
    lock.packages[`node_modules/${name}`] = {
      version,
      ...(owner.dev === true ? { dev: true } : {}),
      optional: true,
      ...(platform.os.length > 0 ? { os: platform.os } : {}),
      ...(platform.cpu.length > 0 ? { cpu: platform.cpu } : {}),
      ...(platform.libc.length > 0 ? { libc: platform.libc } : {}),
    };
    added += 1;
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
process.stdout.write(`${added} platform variants added\n`);
