import { routes } from '@afterimage/contracts';

/** Prints the table of docs/security.md from the route contracts. */
const rows = routes.map(({ method, path, access, audit, integration }) => [
  `\`${method} ${path}\``,
  access.kind === 'roles' ? access.anyOf.join(', ') : access.kind,
  audit.kind === 'audited' ? `\`${audit.action}\`` : `no: ${audit.because}`,
  integration.kind === 'queue' ? `queue ${integration.name}` : integration.name,
]);
const table = [['route', 'who', 'audited as', 'served by'], ['---', '---', '---', '---'], ...rows];
process.stdout.write(table.map((cells) => `| ${cells.join(' | ')} |\n`).join(''));
