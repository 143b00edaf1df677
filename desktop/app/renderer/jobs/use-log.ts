import { useEffect, useState } from 'react';
import type { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import { engine, noticed } from '../engine/connection.tsx';

const keptCharacters = 1_000_000;
const pauseMs = 1000;
// oxlint-disable-next-line no-control-regex -- terminals' escape sequences begin with a control character
const escapes = /\u001b\[[0-9;?]*[A-Za-z]|\u001b\][^\u0007]*\u0007/g;

export interface JobLog {
  text: string;
  /** True when the beginning was left out. */
  cut: boolean;
  error: BenchmateError | null;
  /** Nothing was read yet. */
  waiting: boolean;
}

/** The output of a job, followed until it is over; colours of the terminal are taken out. */
export function useLog(jobId: string, over: boolean): JobLog {
  const [log, setLog] = useState<JobLog>({ text: '', cut: false, error: null, waiting: true });
  useEffect(() => {
    const control = new AbortController();
    void follow(jobId, over, control.signal, setLog);
    return () => control.abort();
  }, [jobId, over]);
  return log;
}

async function follow(jobId: string, over: boolean, signal: AbortSignal, show: (log: JobLog) => void): Promise<void> {
  let offset = 0;
  let text = '';
  let cut = false;
  while (!signal.aborted) {
    try {
      const part = await engine.jobs.log.query({ jobId, offset, limit: 1_000_000 }, { signal });
      const more = part.nextOffset > offset;
      offset = part.nextOffset;
      if (part.sizeBytes - offset > keptCharacters) {
        offset = part.sizeBytes - keptCharacters; // the end is what people look for
        cut = true;
        text = '';
        continue;
      }
      text += part.text.replace(escapes, '').replace(/[^\n]*\r(?!\n)/g, '');
      if (text.length > keptCharacters) {
        text = text.slice(-keptCharacters);
        cut = true;
      }
      show({ text, cut, error: null, waiting: false });
      if (!more && over) return;
      if (more) continue;
    } catch (error) {
      if (signal.aborted) return;
      show({ text, cut, error: noticed(error), waiting: false });
    }
    await new Promise(resolve => setTimeout(resolve, pauseMs));
  }
}
