/** One line in a stage's format; `variable` answers `$context.NAME`, and what has no value is `-`. */
export function renderAccessLog(format: string, variable: (name: string) => string | undefined): string {
  const line = format.replace(
    /\$context\.([A-Za-z0-9_:.-]*[A-Za-z0-9_])/g,
    (_match, name: string) => variable(name) ?? '-',
  );
  return `${line}\n`;
}
