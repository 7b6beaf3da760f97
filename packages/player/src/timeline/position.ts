/** Reads a position as people write it: `754`, `12.3s` or `1h2m3s`. Undefined when it is none of these. @returns milliseconds */
export function parsePosition(text: string | null): number | undefined {
  const match = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7}(?:\.\d{1,3})?)s?)?$/.exec(text ?? '');
  if (match === null || match[0] === '') return undefined;
  const [, hours = '0', minutes = '0', seconds = '0'] = match;
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
}
