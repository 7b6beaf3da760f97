import type { ApiExchange } from '../api-gateway/api-model.ts';
import { mapParameter } from './parameter-mapping.ts';

/** The values of an authorizer's identity sources, or undefined when one is missing or empty. */
export function identityValues(sources: readonly string[], exchange: ApiExchange): string[] | undefined {
  const values = sources.map((source) => mapParameter(source, exchange));
  return values.every((value): value is string => value !== undefined && value !== '') ? values : undefined;
}
