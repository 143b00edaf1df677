import type { Task } from '@benchmate/shared/domain/task';
import { fromErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { ErrorCode } from '@benchmate/shared/errors/codes';
import type { Context } from './context.ts';
import { StepLine } from './output/step-line.ts';

interface TaskCalls<T> {
  begin: () => Promise<T>;
  wait: (asked: { taskId: string; withinMs: number }) => Promise<T>;
  cancel: (asked: { taskId: string }) => Promise<T>;
}

const askAgainMs = 500;

/** Begins a task of the engine, shows how far it is, and cancels it on Ctrl+C. Throws what it failed with. */
export async function runTask<Result, T extends Task & { result: Result | null }>(
  context: Context,
  { begin, wait, cancel }: TaskCalls<T>,
): Promise<Result> {
  const steps = new StepLine(context);
  let task = await begin();
  const { taskId } = task;
  try {
    while (task.state === 'running') {
      steps.show(task.step, task.done, task.total);
      task = await wait({ taskId, withinMs: askAgainMs });
    }
  } catch (error) {
    if (context.signal.aborted) await cancel({ taskId });
    throw error;
  }
  steps.end();
  if (task.result !== null) return task.result;
  const { code, message, nextStep } = task.error!;
  throw fromErrorShape({ code: code as ErrorCode, message, nextStep });
}
