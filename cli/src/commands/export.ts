import { getManifestKeys } from '@afterimage/contracts';
import { exportBundle } from '../export/export-bundle.ts';
import type { AddCommands } from '../program.ts';
import { parseRecordingId } from './recording-id.ts';

export const addExportCommands: AddCommands = (program, _host, context) => {
  program
    .command('export-bundle <id...>')
    .description('writes recordings, still encrypted, with all that an auditor needs to verify them')
    .requiredOption('--out <folder>', 'a new or empty folder')
    .action(async (ids: string[], { out }: { out: string }) => {
      const { api, print } = context();
      const exported = await exportBundle(api, [...new Set(ids.map(parseRecordingId))], out);
      print(
        exported,
        ({ folder, fileCount, sizeBytes }) =>
          `${folder}: ${fileCount} files, ${sizeBytes} bytes. Verify them with: node ${folder}/verify.mjs\n`,
      );
    });
  program
    .command('keys')
    .description('prints the public keys that prove recordings, to be published and kept')
    .action(async () => {
      const { api, print } = context();
      print(await api(getManifestKeys, {}), (keySet) => `${JSON.stringify(keySet, null, 2)}\n`);
    });
};
