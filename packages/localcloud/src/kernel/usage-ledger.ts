/** What was used, and by whom: one line of the bill. */
export interface Use {
  /** `s3`, `sqs`, `dynamodb`, `lambda`, `apigateway`, `logs` … */
  service: string;
  operation: string;
  /** The table or index, function, queue or log group; empty where the operation alone is charged. */
  resource?: string;
  /** Name of the role that acted; `root`, `anonymous`, or the AWS service that delivered. */
  caller: string;
}

/** Quantities by name, unit in the name: `requests`, `bytesIn`, `bytesOut`, `readUnits`, `writeUnits`, `billedMs` … */
export type UsedAmounts = Readonly<Record<string, number>>;

export interface UsageRow extends Required<Use> {
  amounts: Record<string, number>;
}

/** Counts what AWS would charge for, since the start. In memory: whoever measures takes the difference of two reports. */
export class UsageLedger {
  readonly #rows = new Map<string, UsageRow>();

  count(use: Use, amounts: UsedAmounts): void {
    const { service, operation, resource = '', caller } = use;
    const key = JSON.stringify([service, operation, resource, caller]);
    const row = this.#rows.get(key) ?? { service, operation, resource, caller, amounts: {} };
    this.#rows.set(key, row);
    for (const [name, amount] of Object.entries(amounts)) row.amounts[name] = (row.amounts[name] ?? 0) + amount;
  }

  report(): UsageRow[] {
    return [...this.#rows.values()];
  }
}
