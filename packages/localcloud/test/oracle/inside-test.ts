import { test } from '@jest/globals';
import { type OracleService, oracleEndpoint } from './oracle-endpoint.ts';

/** For a test that looks inside localcloud, or is about how it is provisioned: another server has no such thing. */
export function insideTest(service: OracleService): typeof test {
  return oracleEndpoint(service) === undefined ? test : (test.skip as typeof test);
}
