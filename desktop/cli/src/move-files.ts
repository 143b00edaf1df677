import type { FilesTask } from '@benchmate/shared/domain/files-task';
import { BenchmateError, fromErrorShape } from '@benchmate/shared/errors/benchmate-error';
import type { ErrorCode } from '@benchmate/shared/errors/codes';
import type { Context } from './context.ts';
import { StepLine } from './output/step-line.ts';

/** Brings the files of a version to the team or here, shows how far it is, and cancels it on Ctrl+C. */
export async function moveFiles(
  context: Context,
  request: Pick<FilesTask, 'kind' | 'model' | 'version'>,
): Promise<NonNullable<FilesTask['result']>> {
  const { modelFiles } = await context.engine();
  const steps = new StepLine(context);
  let task = await modelFiles.begin.mutate(request);
  const { taskId } = task;
  try {
    while (task.state === 'running') {
      steps.show(task.step, task.done, task.total);
      task = await modelFiles.wait.query({ taskId, withinMs: 500 }, { signal: context.signal });
    }
  } catch (error) {
    if (!context.signal.aborted) throw error;
    await modelFiles.cancel.mutate({ taskId });
    const { model, version } = request;
    throw new BenchmateError(
      'CANCELLED',
      `What has arrived of ${model} v${version} stays.`,
      `\`benchmate registry ${request.kind} ${model} ${version}\` goes on from there.`,
    );
  }
  steps.end();
  if (task.result) return task.result;
  const { code, message, nextStep } = task.error!;
  throw fromErrorShape({ code: code as ErrorCode, message, nextStep });
}
