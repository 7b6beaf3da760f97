import { writeFileSync } from 'node:fs';
import { buildOpenApi } from './build-openapi.ts';

/** `node packages/contracts/src/openapi/write-openapi.ts` after a change of the contracts; a test notices when it was forgotten. */
const target = new URL('../../../../docs/openapi.json', import.meta.url);

writeFileSync(target, `${JSON.stringify(buildOpenApi(), null, 2)}\n`);
