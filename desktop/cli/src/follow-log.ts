import { setTimeout as delay } from 'node:timers/promises';
import { terminalJobStates } from '@benchmate/shared/domain/job';
import { BenchmateError } from '@benchmate/shared/errors/benchmate-error';
import type { Context } from './context.ts';

const pollMs = 300;
const partBytes = 1_000_000;

/**
 * Writes the output of a job to stdout, with `once` what is there, else until the job ended; then the exit code is 0 only
 * when it succeeded. With `--json` it is one document at the end. Ctrl+C stops looking; the job goes on.
 */
export async function followLog(context: Context, jobId: string, { once = false } = {}): Promise<number> {
  const engine = await context.engine();
  const { signal } = context;
  let offset = 0;
  let text = '';
  for (;;) {
    const job = await engine.jobs.get.query({ jobId }, { signal });
    const part = await engine.jobs.log.query({ jobId, offset, limit: partBytes }, { signal });
    if (context.json) text += part.text;
    else process.stdout.write(part.text);
    const ended = terminalJobStates.has(job.state);
    const dry = part.nextOffset === offset;
    offset = part.nextOffset;
    if (offset < part.sizeBytes && !dry) continue;
    if (!once && !ended) {
      await delay(pollMs, undefined, { signal }).catch(() => {
        throw new BenchmateError(
          'CANCELLED',
          `Job ${jobId} goes on.`,
          `End it with \`benchmate jobs cancel ${jobId}\`.`,
        );
      });
      continue;
    }
    if (context.json) context.print({ text, nextOffset: offset, sizeBytes: part.sizeBytes }, () => []);
    if (!ended || once || job.state === 'succeeded') return 0;
    context.tell(`Job ${jobId} ${job.state}. ${job.message}`);
    return 1;
  }
}
