import type { Kernel } from '../../../kernel/types.ts';

/** How far each stream mapping has come. A batch is delivered again when the process dies before its checkpoint. */
export class Checkpoints {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    kernel.database.exec(
      `CREATE TABLE IF NOT EXISTS lambda_stream_checkpoints (
        mapping_id TEXT PRIMARY KEY, sequence INTEGER NOT NULL) STRICT`,
    );
  }

  /** Begins at `sequence` unless the mapping has been here before. */
  begin(mappingId: string, sequence: number): void {
    this.#kernel.database
      .prepare('INSERT OR IGNORE INTO lambda_stream_checkpoints (mapping_id, sequence) VALUES (?, ?)')
      .run(mappingId, sequence);
  }

  read(mappingId: string): number {
    const row = this.#kernel.database
      .prepare('SELECT sequence FROM lambda_stream_checkpoints WHERE mapping_id = ?')
      .get(mappingId);
    return Number(row?.sequence ?? 0);
  }

  write(mappingId: string, sequence: number): void {
    this.#kernel.database
      .prepare('UPDATE lambda_stream_checkpoints SET sequence = ? WHERE mapping_id = ?')
      .run(sequence, mappingId);
  }
}
