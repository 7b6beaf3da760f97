/**
 * One entry of an authority file. Source: Xau(3).
 *
 * ```
 * family u16 | address | display number | name | data      numbers big-endian; the rest u16 length and bytes
 * ```
 */
export interface AuthorityEntry {
  readonly family: number;
  readonly address: string;
  /** Empty for every display. */
  readonly displayNumber: string;
  readonly name: string;
  /** One character per byte. */
  readonly data: string;
}

const familyLocal = 256;
const familyWild = 65_535;
const cookieName = 'MIT-MAGIC-COOKIE-1';

/** Entries up to the first that is cut off: the file may be read while it is written. */
export function parseAuthority(file: Buffer): AuthorityEntry[] {
  const entries: AuthorityEntry[] = [];
  for (let offset = 0; offset + 2 <= file.length; ) {
    const family = file.readUInt16BE(offset);
    const fields: string[] = [];
    let at = offset + 2;
    while (fields.length < 4 && at + 2 <= file.length) {
      const end = at + 2 + file.readUInt16BE(at);
      if (end > file.length) return entries;
      fields.push(file.toString('latin1', at + 2, end));
      at = end;
    }
    const [address, displayNumber, name, data] = fields;
    if (address === undefined || displayNumber === undefined || name === undefined || data === undefined) break;
    entries.push({ family, address, displayNumber, name, data });
    offset = at;
  }
  return entries;
}

export interface AuthorityTarget {
  readonly displayNumber: number;
  /** Names under which the machine of the display may be written down. */
  readonly hosts: readonly string[];
  readonly isLocal: boolean;
}

/** The cookie for a display: one that names its machine before one for any machine. */
export function chooseCookie(
  entries: readonly AuthorityEntry[],
  { displayNumber, hosts, isLocal }: AuthorityTarget,
): AuthorityEntry | undefined {
  const fits = entries.filter(
    (entry) =>
      entry.name === cookieName && (entry.displayNumber === '' || entry.displayNumber === String(displayNumber)),
  );
  const named = fits.find(
    ({ family, address }) => hosts.includes(address) && family !== familyWild && (family === familyLocal) === isLocal,
  );
  return (
    named ?? fits.find(({ family }) => family === familyWild) ?? (isLocal ? fits.find(isOfThisMachine) : undefined)
  );
}

/** Hosts get other names while sessions run; a local entry for the right display is still the right one. */
function isOfThisMachine({ family }: AuthorityEntry): boolean {
  return family === familyLocal;
}
