import { type RecordingPolicyDraft, type RecordingPolicyId, simulateRecordingPolicy } from '@afterimage/contracts';
import { useEffect, useState } from 'react';
import { useSignedIn } from '../../../session/session-context.tsx';
import { addPage, emptySimulation, type Simulation } from './simulation.ts';

export interface SimulationQuestion {
  policyId?: RecordingPolicyId;
  draft?: RecordingPolicyDraft;
  days: number;
}

export interface RunningSimulation {
  status: 'idle' | 'running' | 'stopped' | 'done' | 'failed';
  result: Simulation;
  error: unknown;
  /** When it was begun, by this machine's clock. */
  beganMs: number;
  stop(): void;
  again(): void;
}

interface State extends Omit<RunningSimulation, 'stop' | 'again'> {
  key: string;
}

/** The last one that came to its end: who follows a link out of it and comes back need not wait again. */
let finished: State | undefined;

/** Runs a question, page after page; undefined runs nothing. The result grows while pages come. */
export function useSimulation(question: SimulationQuestion | undefined): RunningSimulation {
  const { api } = useSignedIn();
  const key = JSON.stringify(question);
  const [round, setRound] = useState(0);
  const [state, setState] = useState<State>(() => initial(key));
  const [abort, setAbort] = useState<AbortController>();
  const isWanted = question !== undefined;

  useEffect(() => {
    if (!isWanted) return;
    const asked = JSON.parse(key) as SimulationQuestion;
    if (round === 0 && finished?.key === key) return setState(finished);
    const ending = new AbortController();
    setAbort(ending);
    let now: State = { ...initial(key), status: 'running', beganMs: Date.now() };
    const show = (change: Partial<State>) => {
      now = { ...now, ...change };
      setState(now);
    };
    const run = async () => {
      show({});
      let cursor: string | undefined;
      do {
        const body = { ...asked, ...(cursor === undefined ? {} : { cursor }) };
        const page = await api(simulateRecordingPolicy, { body }, ending.signal);
        cursor = page.cursor;
        show({ result: addPage(now.result, page) });
      } while (cursor !== undefined);
      show({ status: 'done' });
      finished = now;
    };
    run().catch((error: unknown) => {
      if (!ending.signal.aborted) show({ status: 'failed', error });
    });
    return () => ending.abort();
  }, [api, key, round, isWanted]);

  const shown = isWanted && state.key === key ? state : initial(key);
  return {
    ...shown,
    stop() {
      abort?.abort();
      setState((now) => (now.status === 'running' ? { ...now, status: 'stopped' } : now));
    },
    again: () => setRound((number) => number + 1),
  };
}

function initial(key: string): State {
  return { key, status: 'idle', result: emptySimulation, error: undefined, beganMs: 0 };
}
