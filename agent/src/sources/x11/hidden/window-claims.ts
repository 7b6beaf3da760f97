import { hostname } from 'node:os';
import type { XProperty } from 'x11';
import type { XConnection } from '../x-connection.ts';

/** What a window says of itself. */
export interface WindowClaims {
  /** Of a process of this host. */
  readonly processId: number | undefined;
  /** Instance and class, such as `xterm` and `XTerm`. */
  readonly names: readonly string[];
  readonly isOfOtherHost: boolean;
  /** The window that it is a dialog or menu of. */
  readonly transientFor: number | undefined;
}

/** Of the core protocol. */
const wmClientMachine = 36;
const wmClass = 67;
const wmTransientFor = 68;
const anyType = 0;
const maxPropertyWords = 256;

/** Reads the properties by which windows say whose they are. Sources: ICCCM 2.0, EWMH 1.5. */
export class WindowClaimReader {
  readonly #connection: XConnection;
  readonly #processIdAtom: number;

  static async open(connection: XConnection): Promise<WindowClaimReader> {
    const { client } = connection;
    const atom = await connection.request<number>((reply) => client.InternAtom(false, '_NET_WM_PID', reply));
    return new WindowClaimReader(connection, atom);
  }

  private constructor(connection: XConnection, processIdAtom: number) {
    this.#connection = connection;
    this.#processIdAtom = processIdAtom;
  }

  /** Whether a change of the property may change what the window says. */
  isOfInterest(atom: number | undefined): boolean {
    return atom === this.#processIdAtom || atom === wmClass || atom === wmTransientFor || atom === wmClientMachine;
  }

  async read(window: number): Promise<WindowClaims> {
    const properties = [this.#processIdAtom, wmClass, wmTransientFor, wmClientMachine];
    const [processId, names, transientFor, machine] = await Promise.all(
      properties.map((property) => this.#read(window, property)),
    );
    const host = textOf(machine)?.[0];
    const isOfOtherHost = host !== undefined && host !== hostname();
    return {
      processId: isOfOtherHost ? undefined : numberOf(processId),
      names: textOf(names) ?? [],
      isOfOtherHost,
      transientFor: numberOf(transientFor),
    };
  }

  /** A window may be gone before it is asked. */
  async #read(window: number, property: number): Promise<XProperty | undefined> {
    const { client } = this.#connection;
    try {
      return await this.#connection.request<XProperty>((reply) =>
        client.GetProperty(0, window, property, anyType, 0, maxPropertyWords, reply),
      );
    } catch {
      return undefined;
    }
  }
}

function numberOf(value: XProperty | undefined): number | undefined {
  return value?.format === 32 && value.data.length >= 4 ? value.data.readUInt32LE(0) : undefined;
}

function textOf(value: XProperty | undefined): string[] | undefined {
  if (value?.format !== 8) return undefined;
  return value.data
    .toString('utf8')
    .split('\0')
    .filter((text) => text !== '');
}
