/** Under which a name of the directory is compared: whole, upper and lower case alike. */
export function foldName(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
