import { isIP } from 'node:net';
import { languageSchema } from '@afterimage/contracts';

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The language in which a session's programs speak: `LC_ALL` before `LC_MESSAGES` before `LANG`, as POSIX has it.
 *
 * @returns BCP 47; undefined where none is set, and for `C` and `POSIX`, which are no language
 */
export function languageOf({ LC_ALL, LC_MESSAGES, LANG }: Environment): string | undefined {
  const locale = LC_ALL || LC_MESSAGES || LANG || '';
  const [, language, region, modifier] = /^([a-z]{2,3})(?:_([A-Z]{2}))?(?:\.[\w-]+)?(?:@(\w+))?$/.exec(locale) ?? [];
  const script = modifier === undefined ? undefined : scripts.get(modifier);
  const tag = languageSchema.safeParse([language, script, region].filter((part) => part !== undefined).join('-'));
  return tag.success ? tag.data : undefined;
}

const scripts = new Map([
  ['latin', 'Latn'],
  ['cyrillic', 'Cyrl'],
  ['devanagari', 'Deva'],
]);

/** Where the user's own device is, for a session that came in over SSH: `SSH_CONNECTION` begins with it. */
export function clientAddressOf({ SSH_CONNECTION }: Environment): string | undefined {
  const [address = ''] = (SSH_CONNECTION ?? '').split(' ');
  return isIP(address) === 0 ? undefined : address;
}

/** Both, where they are known. */
export function surroundingsOf(environment: Environment): { language?: string; clientAddress?: string } {
  const language = languageOf(environment);
  const clientAddress = clientAddressOf(environment);
  return { ...(language !== undefined && { language }), ...(clientAddress !== undefined && { clientAddress }) };
}

/** As `/proc/PID/environ` holds it. */
export function parseEnvironment(text: string): Environment {
  const pairs = text.split('\0').flatMap((entry) => {
    const at = entry.indexOf('=');
    return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)] as const] : [];
  });
  return Object.fromEntries(pairs);
}
