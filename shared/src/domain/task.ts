import { z } from 'zod';

/** What every long piece of work of the engine says about itself. Times are milliseconds since 1970 UTC. */
export const taskShape = {
  taskId: z.string(),
  state: z.enum(['running', 'done', 'failed', 'cancelled']),
  startedAt: z.number(),
  /** What it does now, in words. */
  step: z.string(),
  /** Of `total`, in a unit of the step; `total` is 0 while it is not known. */
  done: z.number(),
  total: z.number(),
  error: z.object({ code: z.string(), message: z.string(), nextStep: z.string() }).nullable(),
};

const task = z.object(taskShape);
export type Task = z.infer<typeof task>;
