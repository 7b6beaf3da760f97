import { invalidParameter, missingParameter, sqsError } from './errors.ts';

/** The members of an SQS request, type-checked as they are read. */
export class SqsFields {
  readonly members: Readonly<Record<string, unknown>>;

  constructor(input: unknown) {
    if (typeof input !== 'object' || input === null || Array.isArray(input)) {
      throw sqsError('SerializationException', 'Start of structure or map found where not expected.');
    }
    this.members = input as Record<string, unknown>;
  }

  optionalString(name: string): string | undefined {
    const value = this.members[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string') throw sqsError('SerializationException', `${name} must be a string`);
    return value;
  }

  string(name: string): string {
    const value = this.optionalString(name);
    if (value === undefined || value === '') throw missingParameter(name);
    return value;
  }

  integer(name: string, least: number, most: number): number | undefined {
    const value = this.members[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw invalidParameter(name, value, `Must be between ${least} and ${most}, if provided.`);
  }

  strings(name: string): string[] {
    const value = this.members[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** Entries of a batch request: one to ten, with ids of their own. */
  batch(): { id: string; fields: SqsFields }[] {
    const entries = this.members.Entries;
    if (!Array.isArray(entries) || entries.length === 0) {
      throw sqsError('EmptyBatchRequest', 'There should be at least one entry in the request.');
    }
    if (entries.length > 10) {
      throw sqsError(
        'TooManyEntriesInBatchRequest',
        `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
      );
    }
    const batch = entries.map((entry) => {
      const fields = new SqsFields(entry);
      return { id: fields.string('Id'), fields };
    });
    for (const { id } of batch) {
      if (!/^[\w-]{1,80}$/.test(id)) {
        throw sqsError(
          'InvalidBatchEntryId',
          'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
        );
      }
    }
    const ids = batch.map(({ id }) => id);
    const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
    if (repeated !== undefined) throw sqsError('BatchEntryIdsNotDistinct', `Id ${repeated} repeated.`);
    return batch;
  }
}
