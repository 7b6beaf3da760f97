import { useState } from 'react';
import { type FileFault, readTextFile, type TextFileLimits } from './read-text-file.ts';

interface Choice {
  file: File;
  /** Tells one choice from the next, of the same file too. */
  number: number;
  reading?: { text: string } | { fault: FileFault };
}

export interface ChosenFile {
  file: File | undefined;
  choice: number;
  text: string | undefined;
  fault: FileFault | undefined;
  choose(file: File | undefined): void;
}

/** The file that somebody chose for an import, once it is read. */
export function useChosenFile(limits: TextFileLimits): ChosenFile {
  const [chosen, setChosen] = useState<Choice>();
  const choose = async (file: File | undefined) => {
    if (file === undefined) return setChosen(undefined);
    const number = (chosen?.number ?? 0) + 1;
    setChosen({ file, number });
    const reading = await readTextFile(file, limits);
    setChosen((now) => (now?.number === number ? { ...now, reading } : now));
  };
  const reading = chosen?.reading;
  return {
    file: chosen?.file,
    choice: chosen?.number ?? 0,
    text: reading !== undefined && 'text' in reading ? reading.text : undefined,
    fault: reading !== undefined && 'fault' in reading ? reading.fault : undefined,
    choose: (file) => void choose(file),
  };
}
