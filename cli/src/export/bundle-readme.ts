export interface BundleFacts {
  readonly exportedAt: string;
  readonly recordingIds: readonly string[];
  readonly keyIds: readonly string[];
}

/** What an auditor reads first. */
export function writeBundleReadme({ exportedAt, recordingIds, keyIds }: BundleFacts): string {
  return `# Recordings to verify

Exported at ${exportedAt}:

${recordingIds.map((id) => `- ${id}`).join('\n')}

## How to verify

\`\`\`
node verify.mjs
\`\`\`

needs Node 20 or newer, no network, and nothing else. \`--json\` prints everything that was found, \`--strict\` also refuses
declared gaps, ends that nobody attests, and holes between recordings. Exit code 0: nothing was changed. 3: something was
altered or cannot be proven. 2: it could not be tried.

| it says | it means |
| --- | --- |
| intact and complete | every segment, from the first to the one that the device sealed as its last, is as it was sealed |
| intact, with declared gaps | the same, but for segments that never arrived; the service said so when it sealed the recording |
| intact, end not attested from t | everything up to t is as it was sealed; whether more followed nobody can say |
| altered | something is not as it was sealed; the lines below say which file, segment and bytes, and why |
| not proven | a file that should be part of a recording, with nothing here that proves it |

## What to check first

Whoever gives you a bundle could give you a verifier and keys of their own with it. So

1. compare the ids of the public keys with those that the service publishes, by another way than this bundle:
${keyIds.map((id) => `   - \`${id}\``).join('\n')}
   An id is the first half of the SHA-256 of the key, so nobody can make another key with the same id. The published set
   can be given to the verifier with \`--keys FILE\`;
2. where much depends on it, take the verifier from a copy of the product that you trust. \`afterimage verify FOLDER\` is
   the same program. The format is documented, so one of your own can be written too.

## What it proves

- Which device sealed each segment: the device signed it, and the service certified the device when it was enrolled. The
  certificate is in each manifest.
- That nothing was changed, left out, added or put in another order since: each segment names the one before by its hash,
  and the manifest, signed by the service, names the last one.
- What is missing, as the service declared it when it sealed the recording.
- Whether other recordings of the same device are missing in between: each carries its number. A number may be missing
  for a harmless reason: the recording was not exported, or it ended before anything of it was stored.

## What it does not prove

- That the host told the truth. Who controls a host wholly can show the recorder another screen.
- What the screen showed. **The recordings here are encrypted, and the keys that open them are not here.** Pictures are
  shown in the console only, to people who are permitted, and each key that is released is in the audit. The proof
  needs no such key.
- What happened after the last recording here. Nothing tells that a later one is missing.
- The exact time. Times within a recording are the host's clock; the manifest has the service's, where it signed.

## What is where

| | |
| --- | --- |
| \`rec_…/i_….air\` | a file of the recording, encrypted, as it is stored |
| \`rec_…/i_….manifest.vN.json\` | version N of its signed manifest; each names the version before |
| \`keys.json\` | the service's public keys, with the time that each signed |
| \`verify.mjs\` | the verifier |
`;
}
