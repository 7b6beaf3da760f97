import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { routes } from '../routes/index.ts';
import { buildOpenApi } from './build-openapi.ts';

describe('docs/openapi.json', () => {
  test('is what the contracts generate', () => {
    const committed = readFileSync(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8');
    expect(committed).toBe(`${JSON.stringify(buildOpenApi(), null, 2)}\n`);
  });

  test('describes every route once', () => {
    const paths = buildOpenApi().paths as Record<string, Record<string, { operationId: string }>>;
    const described = Object.values(paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(described.sort()).toEqual(routes.map(({ operationId }) => operationId).sort());
  });
});
