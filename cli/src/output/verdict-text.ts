import type { Finding, Verdict } from '@afterimage/recording';
import { formatSeconds } from './table.ts';

/** The headline, then a line for each finding or declared hole. */
export function describeVerdict(verdict: Verdict): string {
  const holes = verdict.declaredHoles.map(
    ({ fromSequence, toSequence, fromMs, toMs, reason }) =>
      `  declared gap: segments ${fromSequence}-${toSequence}, ${formatSeconds(fromMs)} to ${formatSeconds(toMs)} (${reason})`,
  );
  return `${[headlineOf(verdict), ...verdict.findings.map(describeFinding), ...holes].join('\n')}\n`;
}

function headlineOf({ verdict, findings, declaredHoles, segmentCount, untilMs }: Verdict): string {
  const extent = `${segmentCount} segments, ${formatSeconds(untilMs)}`;
  switch (verdict) {
    case 'intact-and-complete':
      return `intact and complete: ${extent}`;
    case 'intact-with-declared-gaps':
      return `intact, with declared gaps (${declaredHoles.length}): ${extent}`;
    case 'intact-end-not-attested':
      return `intact, end not attested from ${formatSeconds(untilMs)} (${segmentCount} segments)`;
    case 'altered':
      return `altered (${findings.length === 1 ? '1 finding' : `${findings.length} findings`})`;
  }
}

function describeFinding({ file, sequences, byteRange, reason, detail }: Finding): string {
  const places = [
    file,
    sequences && (sequences[0] === sequences[1] ? `segment ${sequences[0]}` : `segments ${sequences.join('-')}`),
    byteRange && `bytes ${byteRange.join('-')}`,
  ].filter((place) => place !== undefined);
  return `  altered at ${places.length > 0 ? places.join(', ') : 'the manifest'}: ${reason}: ${detail}`;
}
